/** The alarms of one series as bands behind its chart. */
import type { MetricId } from '../../../contracts/metrics.ts';
import type { AlarmView } from '../../data/alarms.ts';
import type { Band } from '../chartOption.ts';
import { TONE } from '../tone.ts';

export function bandsOf(
  alarms: readonly Pick<AlarmView, 'metric' | 'sensor' | 'raisedAt' | 'clearedAt' | 'severity'>[],
  series: { readonly metric: MetricId; readonly sensor: string },
  word: string,
): readonly Band[] {
  return alarms
    .filter(({ metric, sensor }) => metric === series.metric && sensor === series.sensor)
    .map(({ raisedAt, clearedAt, severity }) => ({ from: raisedAt, to: clearedAt, tone: TONE[severity], word }));
}
