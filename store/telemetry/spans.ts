/** What a question's times mean in the stores' units. */
import type { LocalDays } from './days.ts';
import { HOUR_US, spanInMicros, toMicros } from './micros.ts';
import type { BucketQuery, RollupQuery } from './port.ts';

/** The origin is brought into [0, everyUs): the same buckets, counted from another one. */
export function bucketSizes({ everyMs, originMs }: Pick<BucketQuery, 'everyMs' | 'originMs'>) {
  const everyUs = toMicros(everyMs);
  if (!(everyUs >= 1) || !Number.isSafeInteger(everyUs))
    throw new RangeError(`buckets of ${everyMs} ms are not possible`);
  const remainder = toMicros(originMs) % everyUs;
  const originUs = remainder < 0 ? remainder + everyUs : remainder;
  /** Every bucket is made of whole UTC hours, so that hourly rollups can answer. */
  const wholeHours = everyUs % HOUR_US === 0 && originUs % HOUR_US === 0;
  return { everyUs, originUs, wholeHours };
}

/** The hours of all buckets that start in the span: [fromHour, toHour). */
export function rollupHours(query: RollupQuery, days: LocalDays): { fromHour: number; toHour: number } {
  const span = spanInMicros(query);
  const [fromHour, toHour] = [Math.ceil(span.fromUs / HOUR_US), Math.ceil(span.toUs / HOUR_US)];
  return query.bucket === 'hour'
    ? { fromHour, toHour }
    : { fromHour: dayStartAtOrAfter(days, fromHour), toHour: dayStartAtOrAfter(days, toHour) };
}

function dayStartAtOrAfter(days: LocalDays, hour: number): number {
  const start = days.startOf(days.dayOf(hour));
  return start === hour ? hour : days.startOf(days.dayOf(hour) + 1);
}
