/** A rule in words. */
import type { Rule, RuleLevel } from '../../../contracts/rule.ts';
import type { Formats } from '../../words/formats.ts';
import type { Translate } from '../../words/words.ts';
import { durationWords } from '../Age.tsx';
import { metricName } from '../readingWords.ts';
import { limitFigure } from './alarmWords.ts';

export function watchWords(source: Rule['source'], formats: Formats, t: Translate): string {
  if (source.of !== 'reading') return t(`rules.watch.${source.of}`);
  const metric = metricName(source.metric, formats);
  return source.perMinuteOverMs === null ? metric : t('rules.watch.rate', { metric });
}

/** "từ 1.000 ppm, hết ở 900 ppm" */
export function levelWords(
  { source, direction }: Pick<Rule, 'source' | 'direction'>,
  { raise, clear }: Pick<RuleLevel, 'raise' | 'clear'>,
  formats: Formats,
  t: Translate,
): string {
  const figure = (value: number) => limitFigure(source, value, formats, t);
  return t(direction === 'above' ? 'rules.levelAbove' : 'rules.levelBelow', {
    raise: figure(raise),
    clear: figure(clear),
  });
}

/** "sau 5 phút", "hết sau 5 phút" */
export function holdWords({ raiseMs, clearMs }: Rule['hold'], t: Translate): readonly string[] {
  const parts = [
    raiseMs > 0 ? t('rules.holdFor', { raise: durationWords(raiseMs, t) }) : t('rules.atOnce'),
    clearMs > 0 ? t('rules.holdClear', { clear: durationWords(clearMs, t) }) : null,
  ];
  return parts.filter((part) => part !== null);
}
