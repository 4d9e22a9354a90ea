/** The state of a machine as it is kept: a program of another version may have written it. */
import { z } from 'zod';
import { alarmSeverity } from '../../contracts/alarm.ts';

export const machineState = z.object({
  takenTo: z.number().nullable(),
  waiting: z.array(z.object({ at: z.number(), value: z.number(), allowed: z.boolean() })),
  waitingOccupancy: z.array(z.object({ at: z.number(), source: z.string(), occupied: z.boolean() })),
  occupancy: z.record(
    z.string(),
    z.object({ at: z.number(), occupied: z.boolean(), emptySince: z.number().nullable() }),
  ),
  recent: z.array(z.tuple([z.number(), z.number()])),
  levels: z.array(
    z.object({
      severity: alarmSeverity,
      beyond: z.boolean(),
      onSince: z.number().nullable(),
      offSince: z.number().nullable(),
      raised: z.boolean(),
    }),
  ),
  lastValue: z.number(),
  settledFrom: z.number(),
});
