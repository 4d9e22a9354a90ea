/** What a sensor makes of the truth when it is broken. */
import type { DeviceId } from '../../contracts/ids.ts';
import { METRICS } from '../../contracts/metrics.ts';
import type { FaultBook } from '../faults.ts';
import type { Measured } from './model.ts';

/** A tenth too much after twenty minutes. */
const DRIFT_PER_MS = 0.1 / (20 * 60_000);

/** Turns what is into what is sent; undefined: nothing is sent. */
export function createSensor(device: DeviceId, faults: FaultBook) {
  let last: readonly Measured[] | undefined;
  return (measured: readonly Measured[], t: number): readonly Measured[] | undefined => {
    if (faults.find('silent', t, device)) return undefined;
    if (last && faults.find('stuck', t, device)) return last;
    const drift = faults.find('drift', t, device);
    const impossible = faults.find('impossible', t, device);
    const sent = measured.map(({ metric, value }): Measured => {
      const { shape, max, decimals } = METRICS[metric];
      if (shape !== 'gauge' || typeof value !== 'number') return { metric, value };
      if (impossible) return { metric, value: 2 * max };
      if (!drift) return { metric, value };
      const digits = 10 ** decimals;
      return {
        metric,
        value: Math.min(max, Math.round(value * (1 + (t - drift.from) * DRIFT_PER_MS) * digits) / digits),
      };
    });
    last = sent;
    return sent;
  };
}
