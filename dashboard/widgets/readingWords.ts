/** Metrics and values in words. */
import { METRICS, type MetricId } from '../../contracts/metrics.ts';
import type { Formats } from '../words/formats.ts';
import type { Translate } from '../words/words.ts';

export function metricName(metric: MetricId, { language }: Formats): string {
  return METRICS[metric].words[language];
}

export function isState(metric: MetricId): boolean {
  return METRICS[metric].shape === 'state';
}

/** "28,5 °C"; a state says yes or no. */
export function valueWords(metric: MetricId, value: number, formats: Formats, t: Translate): string {
  const { decimals, unit } = METRICS[metric];
  if (isState(metric)) return value === 0 ? t('school.no') : t('school.yes');
  return formats.quantity(value, decimals, unit);
}

/** "CO₂ 1.630 ppm"; a state that is on needs no value: "Báo khói". */
export function readingWords(metric: MetricId, value: number, formats: Formats, t: Translate): string {
  const name = metricName(metric, formats);
  return isState(metric) ? name : `${name} ${valueWords(metric, value, formats, t)}`;
}
