/** Short ways to write what a codec found. */
import type { Refusal } from '../../contracts/message.ts';
import type { MetricId } from '../../contracts/metrics.ts';
import type { Decoded, SourceTime } from '../codec.ts';

export interface ReadingDetails {
  readonly sensor?: string | undefined;
  readonly unit?: string | undefined;
  readonly time?: SourceTime | undefined;
  readonly historic?: boolean | undefined;
}

export function reading(
  device: string,
  metric: MetricId,
  value: number | boolean,
  { sensor, unit, time, historic }: ReadingDetails = {},
): Decoded {
  return { type: 'reading', device, sensor, metric, value, unit, time, historic };
}

/** A sensor that says 0 ppm CO₂ is still heating up: outdoor air has 400. */
export function measured(
  device: string,
  metric: MetricId,
  value: number | boolean,
  details: ReadingDetails = {},
): Decoded {
  if (metric === 'co2' && value === 0) return refusal('warm-up', 'the CO₂ sensor says 0 ppm', device);
  return reading(device, metric, value, details);
}

export function refusal(reason: Refusal, detail: string, device?: string): Decoded {
  return { type: 'refusal', reason, detail, device };
}

export function deviceStatus(device: string, state: 'online' | 'offline', time?: SourceTime): Decoded {
  return { type: 'device-status', device, state, time };
}
