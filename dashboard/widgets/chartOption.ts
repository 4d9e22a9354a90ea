/** A series as a line with its limits. Colours come from the theme's tokens; gaps stay gaps. */
import type { Limit } from '../../devices/kind.ts';
import type { Point, Range } from '../data/range.ts';
import type { ChartOption } from '../ui/Chart.tsx';
import { SHAPES, type Tone } from '../ui/tones.ts';
import type { Formats } from '../words/formats.ts';
import { TONE } from './tone.ts';

/** A stretch of time behind the line: an alarm that was open. `to` null: it still is. */
export interface Band {
  readonly from: number;
  readonly to: number | null;
  readonly tone: Tone;
  readonly word: string;
}

export interface LineOptions {
  readonly points: readonly Point[];
  readonly range: Range;
  readonly limits: readonly Limit[];
  readonly bands?: readonly Band[] | undefined;
  /** State metrics jump; levels are drawn as they are. */
  readonly isStep: boolean;
  readonly decimals: number;
  readonly unit: string | null;
  /** As on the axis, where the unit stands only once. */
  readonly axisValue: (value: number) => string;
  readonly value: (value: number) => string;
  readonly limitWord: (limit: Limit) => string;
  readonly paint: (token: string) => string;
  readonly formats: Formats;
  readonly fontSize: number;
}

const DAY_MS = 86_400_000;
const STEPS_WANTED = 5;
/** Of the width of the chart: less holds no word. */
const WORD_SHARE = 0.15;

/**
 * A limit far from everything measured would flatten the line, so only those within reach of the data are drawn; the
 * nearest one always, since a value says little without it.
 */
export function limitsInReach(limits: readonly Limit[], values: readonly number[]): readonly Limit[] {
  if (values.length === 0) return limits.slice(0, 1);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const reach = Math.max((high - low) * 1.5, Math.abs(high) * 0.6);
  const away = ({ raise }: Limit) => Math.max(low - raise, raise - high, 0);
  const nearest = Math.min(...limits.map(away));
  return limits.filter((limit) => away(limit) <= Math.max(reach, nearest));
}

export function lineOption(options: LineOptions): ChartOption {
  const { points, range, paint, formats, fontSize } = options;
  const values = points.flatMap(([, value]) => (value === null ? [] : [value]));
  const limits = limitsInReach(options.limits, values);
  const text = { color: paint('ink-soft'), fontFamily: paint('font'), fontSize };
  const tone = (limit: Limit): Tone => TONE[limit.condition];
  const showsDays = range.to - range.from > 1.5 * DAY_MS;
  return {
    animation: false,
    textStyle: text,
    aria: { enabled: true },
    grid: { left: 8, right: 20, top: 34, bottom: 8, containLabel: true },
    xAxis: {
      type: 'time',
      min: range.from,
      max: range.to,
      axisLine: { lineStyle: { color: paint('line-strong') } },
      axisLabel: {
        ...text,
        hideOverlap: true,
        formatter: (at: number) => (showsDays ? formats.moment(at, range.to + DAY_MS * 400) : formats.time(at)),
      },
      splitLine: { show: false },
    },
    yAxis: {
      type: 'value',
      ...(options.isStep ? { min: 0, max: 1, interval: 1 } : {}),
      name: options.unit ?? '',
      nameTextStyle: { ...text, align: 'right', padding: [0, 6, 0, 0] },
      axisLabel: { ...text, formatter: (value: number) => options.axisValue(value) },
      splitLine: { lineStyle: { color: paint('line') } },
      // a limit in reach is always in sight
      ...(options.isStep ? {} : valueAxis([...values, ...limits.map(({ raise }) => raise)], options.decimals)),
    },
    tooltip: {
      trigger: 'axis',
      confine: true,
      backgroundColor: paint('raised'),
      borderColor: paint('line-strong'),
      textStyle: { ...text, color: paint('ink') },
      axisPointer: { lineStyle: { color: paint('line-strong') } },
      formatter: (hits: unknown) => tooltipText(hits, options),
    },
    dataZoom: [{ type: 'inside', zoomOnMouseWheel: 'ctrl', moveOnMouseMove: false }],
    series: [
      {
        type: 'line',
        data: points.map(([at, value]) => [at, value]),
        connectNulls: false,
        showSymbol: points.length < 40,
        symbolSize: 5,
        step: options.isStep ? 'end' : false,
        sampling: 'lttb',
        lineStyle: { color: paint('accent'), width: 1.8 },
        itemStyle: { color: paint('accent') },
        markLine: {
          silent: true,
          symbol: 'none',
          data: limits.map((limit) => ({
            yAxis: limit.raise,
            lineStyle: { color: paint(SHAPES[tone(limit)].ink), type: 'dashed', width: 1.2 },
            label: {
              formatter: options.limitWord(limit),
              position: 'insideStartTop',
              color: paint(SHAPES[tone(limit)].ink),
              fontFamily: paint('font'),
              fontSize,
            },
          })),
        },
        markArea: {
          silent: true,
          data: bandsInRange(options.bands ?? [], range).map(({ from, to, tone: bandTone, word }) => [
            {
              name: word,
              xAxis: from,
              itemStyle: { color: paint(SHAPES[bandTone].mark), opacity: 0.16 },
              label: {
                position: 'insideTopLeft',
                color: paint(SHAPES[bandTone].ink),
                fontFamily: paint('font'),
                fontSize,
              },
            },
            { xAxis: to },
          ]),
        },
      },
    ],
  };
}

/**
 * Cut to what is drawn: the chart leaves out a band of which it does not see an end. A narrow band has no room for its
 * word.
 */
export function bandsInRange(bands: readonly Band[], range: Range): readonly (Band & { readonly to: number })[] {
  return bands
    .map((band) => ({ ...band, from: Math.max(band.from, range.from), to: Math.min(band.to ?? range.to, range.to) }))
    .filter(({ from, to }) => from < to)
    .map((band) => (band.to - band.from < WORD_SHARE * (range.to - range.from) ? { ...band, word: '' } : band));
}

/** Axis ends and step on round numbers that hold the values and the limits drawn. */
export function valueAxis(values: readonly number[], decimals: number) {
  if (values.length === 0) return {};
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const rough = Math.max((high - low) / STEPS_WANTED, 10 ** -decimals);
  const power = 10 ** Math.floor(Math.log10(rough));
  const interval = power * ([1, 2, 5].find((times) => times * power >= rough * 0.999) ?? 10);
  const round = (value: number) => Number(value.toPrecision(12));
  const [min, max] = [round(Math.floor(low / interval) * interval), round(Math.ceil(high / interval) * interval)];
  return { min, max: max > min ? max : round(min + interval), interval: round(interval) };
}

function tooltipText(hits: unknown, { formats, value }: LineOptions): string {
  const hit: unknown = Array.isArray(hits) ? hits[0] : hits;
  if (typeof hit !== 'object' || hit === null || !('value' in hit) || !Array.isArray(hit.value)) return '';
  const pair: readonly unknown[] = hit.value;
  const [at, shown] = pair;
  if (typeof at !== 'number' || typeof shown !== 'number') return '';
  return `${formats.dateTime(at)}<br><b>${value(shown)}</b>`;
}
