/** An alarm in words: what, where, since when, in whose hands. */
import { type Alarm, FLAPPING_FROM } from '../../../contracts/alarm.ts';
import { METRICS, type MetricId } from '../../../contracts/metrics.ts';
import type { Rule } from '../../../contracts/rule.ts';
import type { Formats } from '../../words/formats.ts';
import type { Translate } from '../../words/words.ts';
import { durationWords } from '../Age.tsx';
import { isState, metricName } from '../readingWords.ts';

const SECOND_MS = 1_000;
const MOST_DECIMALS = 2;

export type Told = Pick<Alarm, 'metric' | 'level' | 'rule'> & { readonly value: number | boolean };

/** A limit is written as somebody chose it: 8, 19,5, 0,25. */
function decimalsOf(limit: number): number {
  for (let decimals = 0; decimals < MOST_DECIMALS; decimals += 1)
    if (Math.abs(limit * 10 ** decimals - Math.round(limit * 10 ** decimals)) < 1e-9) return decimals;
  return MOST_DECIMALS;
}

/** "2.566 ppm", "10 %", "2 phút": a value in the unit of what the rule watches. */
export function ruleFigure(
  source: Rule['source'],
  value: number,
  formats: Formats,
  t: Translate,
  decimals?: number,
): string {
  switch (source.of) {
    case 'reading': {
      const { unit, decimals: measured } = METRICS[source.metric];
      const figure = formats.quantity(value, decimals ?? measured, unit);
      return source.perMinuteOverMs === null ? figure : t('alarm.perMinute', { figure });
    }
    case 'clock_skew':
      return durationWords(value * SECOND_MS, t);
    case 'disk':
      return formats.quantity(value, decimals ?? 1, '%');
    case 'quarantine':
      return t('alarm.messages', { count: value, shown: formats.number(value) });
    case 'gateway_down':
      return t('alarm.gateways', { count: value, shown: formats.number(value) });
    case 'no_data':
      return '';
  }
}

/** "1.000 ppm": a limit of the rule, in the same unit. */
export function limitFigure(source: Rule['source'], limit: number, formats: Formats, t: Translate): string {
  return ruleFigure(source, limit, formats, t, decimalsOf(limit));
}

/** True where a limit is a figure somebody can choose: not for what is simply there or not. */
export function hasFigures(source: Rule['source']): boolean {
  return source.of === 'reading' ? !isState(source.metric) : source.of !== 'no_data';
}

function readingAlarm(metric: MetricId, alarm: Told, source: Rule['source'], formats: Formats, t: Translate): string {
  const { level } = alarm;
  const name = metricName(metric, formats);
  if (isState(metric)) return name;
  const value = Number(alarm.value);
  const figure = ruleFigure(source, value, formats, t);
  // a value on the good side of its limit can only be one that must not fall below
  const words = value < level ? 'alarm.below' : 'alarm.above';
  return t(words, { name, value: figure, limit: formats.number(level, decimalsOf(level)) });
}

/** "CO₂ 2.566 ppm, ngưỡng 2.000". Without its rule it still says what is known. */
export function alarmWords(alarm: Told, rule: Rule | undefined, formats: Formats, t: Translate): string {
  const { metric, level } = alarm;
  if (metric !== null) {
    const plain: Rule['source'] = { of: 'reading', metric, perMinuteOverMs: null };
    return readingAlarm(metric, alarm, rule?.source.of === 'reading' ? rule.source : plain, formats, t);
  }
  if (!rule) return t('alarm.byRule', { rule: alarm.rule });
  const { source } = rule;
  const figure = (value: number) => ruleFigure(source, value, formats, t);
  const limit = (value: number) => limitFigure(source, value, formats, t);
  const value = Number(alarm.value);
  switch (source.of) {
    case 'gateway_down':
      return t('alarm.gatewayDown', { count: value, shown: formats.number(value) });
    case 'clock_skew':
      return t('alarm.clockSkew', { value: figure(value), limit: limit(level) });
    case 'quarantine':
      return t('alarm.quarantine', { value: figure(value), limit: formats.number(level) });
    case 'disk':
      return t('alarm.disk', { value: figure(value), limit: limit(level) });
    case 'no_data':
    case 'reading':
      return rule.words[formats.language];
  }
}

/** What the rule calls it, where that says more than the figures do. */
export function ruleName(alarm: Told, rule: Rule | undefined, formats: Formats, t: Translate): string | null {
  const name = rule?.words[formats.language] ?? null;
  return name === alarmWords(alarm, rule, formats, t) ? null : name;
}

/** "kèm 39 thiết bị mất tín hiệu"; null where nothing hangs on it. */
export function suppressedWords({ suppressed }: Pick<Alarm, 'suppressed'>, formats: Formats, t: Translate) {
  return suppressed > 0 ? t('alarm.suppressed', { count: suppressed, shown: formats.number(suppressed) }) : null;
}

export function flappingWords({ flaps }: Pick<Alarm, 'flaps'>, t: Translate): string | null {
  return flaps >= FLAPPING_FROM ? t('alarm.flapping', { count: flaps }) : null;
}

export interface PlaceNames {
  readonly school: string | null;
  readonly room: string | null;
}

/** School · room · device. What belongs to no school is the centre's own. */
export function placeWords(
  alarm: Pick<Alarm, 'school' | 'device' | 'gateway' | 'sensor'>,
  { school, room }: PlaceNames,
  t: Translate,
): readonly string[] {
  if (alarm.school === null) return [t('alarm.centre')];
  const thing = alarm.device ?? alarm.gateway;
  const named = thing === null ? null : alarm.sensor ? `${thing} (${alarm.sensor})` : thing;
  return [school ?? alarm.school, room, named].filter((part) => part !== null);
}
