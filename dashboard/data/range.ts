/**
 * The time range of a chart in the address bar, in the grammar people know from Grafana:
 * `now`, `now-6h`, `now/d` (start of today), `now-1d/d`, epoch ms, ISO 8601. Units: s m h d w.
 */
import { parseInstant as parseAbsolute, zoneOffsetMs } from '../../contracts/http/instant.ts';

const UNIT_MS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;
type Unit = keyof typeof UNIT_MS;

export interface Range {
  readonly from: number;
  readonly to: number;
}

export const PRESETS = {
  h6: { from: 'now-6h', to: 'now' },
  h24: { from: 'now-24h', to: 'now' },
  d7: { from: 'now-7d', to: 'now' },
  today: { from: 'now/d', to: 'now' },
} as const;
export type PresetId = keyof typeof PRESETS;
export const DEFAULT_PRESET = PRESETS.h6;

/** Start of the unit in the installation's zone; a week starts on Monday. */
export function floorTo(at: number, unit: Unit, timeZone: string): number {
  const offset = zoneOffsetMs(timeZone, at);
  const step = unit === 'w' ? UNIT_MS.d : UNIT_MS[unit];
  let floored = Math.floor((at + offset) / step) * step;
  if (unit === 'w') floored -= ((new Date(floored).getUTCDay() + 6) % 7) * UNIT_MS.d;
  return floored - zoneOffsetMs(timeZone, floored - offset);
}

function isUnit(text: string | undefined): text is Unit {
  return text !== undefined && text in UNIT_MS;
}

/** Epoch ms, or null when the text is no instant of the grammar. */
export function parseInstant(text: string, now: number, timeZone: string): number | null {
  const relative = /^now(?:([+-])(\d{1,6})([smhdw]))?(?:\/([smhdw]))?$/.exec(text);
  if (relative) {
    const [, sign, count, unit, floor] = relative;
    let at = now;
    if (isUnit(unit)) at += (sign === '-' ? -1 : 1) * Number(count) * UNIT_MS[unit];
    return isUnit(floor) ? floorTo(at, floor, timeZone) : at;
  }
  // epoch ms, or ISO 8601; without offset it is local time of the installation
  return /^\d/.test(text) ? (parseAbsolute(text, timeZone) ?? null) : null;
}

/** Both ends, or null when one can not be read or the range is empty. */
export function resolveRange(
  question: { readonly from: string; readonly to: string },
  now: number,
  timeZone: string,
): Range | null {
  const from = parseInstant(question.from, now, timeZone);
  const to = parseInstant(question.to, now, timeZone);
  return from === null || to === null || from >= to ? null : { from, to };
}

export function presetOf(question: { readonly from: string; readonly to: string }): PresetId | null {
  const ids = Object.keys(PRESETS) as PresetId[];
  return ids.find((id) => PRESETS[id].from === question.from && PRESETS[id].to === question.to) ?? null;
}

/** Steps a chart may ask for: what people count in, each dividing the next so that buckets stay aligned. */
const STEPS = [
  { every: 'PT10S', ms: 10_000 },
  { every: 'PT30S', ms: 30_000 },
  { every: 'PT1M', ms: 60_000 },
  { every: 'PT2M', ms: 120_000 },
  { every: 'PT5M', ms: 300_000 },
  { every: 'PT10M', ms: 600_000 },
  { every: 'PT15M', ms: 900_000 },
  { every: 'PT30M', ms: 1_800_000 },
  { every: 'PT1H', ms: 3_600_000 },
  { every: 'PT2H', ms: 7_200_000 },
  { every: 'PT6H', ms: 21_600_000 },
  { every: 'PT12H', ms: 43_200_000 },
  { every: 'P1D', ms: 86_400_000 },
] as const;
const LONGEST = STEPS[STEPS.length - 1] ?? { every: 'P1D', ms: 86_400_000 };

export interface Step {
  readonly every: string | null;
  readonly ms: number | null;
}

/** A device may speak faster than its kind expects: every reading is asked for only with this much room to spare. */
const RAW_SHARE = 0.25;

/**
 * The finest step that gives at most one point per pixel of width. Where the device speaks much more seldom than that,
 * every reading is asked for as it came: averaging single values adds nothing.
 */
export function stepFor(range: Range, widthPx: number, expectedIntervalMs: number | null): Step {
  const finest = (range.to - range.from) / Math.max(1, widthPx);
  if (expectedIntervalMs !== null && expectedIntervalMs * RAW_SHARE >= finest) return { every: null, ms: null };
  return STEPS.find((step) => step.ms >= finest) ?? LONGEST;
}

/** Between two points farther apart than this there was no data, and the line must not pretend there was. */
export function gapAfterMs(step: Step, expectedIntervalMs: number | null): number {
  const expected = expectedIntervalMs ?? 15 * 60_000;
  return Math.max(2.5 * (step.ms ?? 0), 2.5 * expected, 60_000);
}

export type Point = readonly [at: number, value: number | null];

/** Puts an empty point into every gap, so that the line breaks there. */
export function withGaps(points: readonly (readonly [number, number])[], gapMs: number): Point[] {
  return points.flatMap((point, index): Point[] => {
    const before = points[index - 1];
    return before && point[0] - before[0] > gapMs ? [[before[0] + gapMs / 2, null], point] : [point];
  });
}
