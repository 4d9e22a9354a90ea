/** Which readings and scans of a stretch are known already: a redelivery changes nothing and is counted as duplicate. */
import type { Reading } from '../contracts/reading.ts';
import type { Scan } from '../contracts/scan.ts';
import type { TelemetryStore } from '../store/telemetry/port.ts';
import type { Newest } from './newest.ts';
import type { Retry } from './retry.ts';
import type { Stretch } from './stretch.ts';

export interface Repeats {
  /** By position in the stretch. */
  readonly readings: readonly boolean[];
  readonly scans: readonly boolean[];
}

export interface RepeatParts {
  readonly newest: Newest;
  readonly telemetry: Pick<TelemetryStore, 'stored' | 'storedScans'>;
  readonly retry: Retry;
}

/** Once per stretch, in journal order: judging remembers. */
export async function findRepeats(stretch: Stretch, { newest, telemetry, retry }: RepeatParts): Promise<Repeats> {
  const readings = stretch.readings.map(() => false);
  const toAsk = new Map<number, Reading>();
  stretch.readings.forEach((reading, index) => {
    const verdict = newest.judge(reading);
    if (verdict === 'repeat') readings[index] = true;
    else if (verdict === 'ask-the-store') toAsk.set(index, reading);
  });
  if (toAsk.size > 0) {
    const late = [...toAsk.values()];
    const stored = await retry('telemetry', () => telemetry.stored(late));
    const answers = new Map([...toAsk.keys()].map((index, i) => [index, stored[i]]));
    // What came earlier in this stretch is not in the store yet.
    const here = new Map<string, number>();
    stretch.readings.forEach((reading, index) => {
      const { school, device, sensor, metric, measuredAt, value } = reading;
      const key = `${school}\n${device}\n${sensor}\n${metric}\n${measuredAt}`;
      if (toAsk.has(index)) readings[index] = (here.get(key) ?? answers.get(index)) === value;
      here.set(key, value);
    });
  }
  return { readings, scans: await findRepeatedScans(stretch.scans, { telemetry, retry }) };
}

async function findRepeatedScans(
  scans: readonly Scan[],
  { telemetry, retry }: Pick<RepeatParts, 'telemetry' | 'retry'>,
): Promise<boolean[]> {
  if (scans.length === 0) return [];
  const stored = await retry('telemetry', () => telemetry.storedScans(scans));
  const here = new Set<string>();
  return scans.map((scan, i) => {
    const key = `${scan.school}\n${scan.id}`;
    const repeated = stored[i] === true || here.has(key);
    here.add(key);
    return repeated;
  });
}
