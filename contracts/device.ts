/** A device as the registry knows it, a gateway as its school knows it. */
import { z } from 'zod';
import { deviceId, gatewayId, roomId, schoolId } from './ids.ts';

/** discovered: it spoke before anybody enrolled it; its readings are stored all the same. */
export const ENROLMENTS = ['discovered', 'enrolled', 'retired'] as const;

export const device = z.object({
  id: deviceId,
  school: schoolId,
  enrolment: z.enum(ENROLMENTS),
  /** Id of a device kind (devices/kinds), null until somebody or its messages say. */
  kind: z.string().max(64).nullable(),
  room: roomId.nullable(),
  /** Gateway it was last heard through. */
  gateway: gatewayId.nullable(),
  codec: z.string().max(64).nullable(),
  model: z.string().max(64).nullable(),
  /** What the codec needs besides, e.g. the base topic or a unit. */
  options: z.record(z.string(), z.json()),
  firstSeenAt: z.number().nullable(),
});
export type Device = z.infer<typeof device>;

/** live: as expected; late: one interval missed; silent: several missed; never: not heard yet. */
export const LIVENESS = ['live', 'late', 'silent', 'gateway_down', 'maintenance', 'never'] as const;
export const liveness = z.enum(LIVENESS);
export type Liveness = z.infer<typeof liveness>;

export const gateway = z.object({
  id: gatewayId,
  school: schoolId,
  username: z.string(),
  createdAt: z.number(),
  rotatedAt: z.number().nullable(),
});
export type Gateway = z.infer<typeof gateway>;
