/** Gateways and devices. */
import { z } from 'zod';
import { device, gateway, liveness } from '../device.ts';
import { deviceId, gatewayId, roomId, schoolId } from '../ids.ts';
import { epochMs, pageOf, pageQuery } from './common.ts';

export const gatewayBody = z.strictObject({ id: gatewayId });
/** The password is in this answer and nowhere else. */
export const gatewayCreated = z.object({ id: gatewayId, username: z.string(), password: z.string() });
export const gatewayView = gateway.extend({
  state: z.enum(['online', 'offline', 'never']),
  since: epochMs.nullable(),
  /** Gateway clock minus ours, null while unknown. */
  skewMs: z.number().nullable(),
});
export const gatewayList = pageOf(gatewayView);

export const deviceBody = z.strictObject({
  kind: z.string().max(64).nullable().optional(),
  room: roomId.nullable().optional(),
  codec: z.string().max(64).nullable().optional(),
  model: z.string().max(64).nullable().optional(),
  options: z.record(z.string(), z.json()).optional(),
});
export const deviceView = device.extend({ liveness, lastMeasuredAt: epochMs.nullable() });
export type DeviceView = z.infer<typeof deviceView>;
export const devicesQuery = pageQuery.extend({
  school: schoolId.optional(),
  device: deviceId.optional(),
  kind: z.string().max(64).optional(),
  enrolment: device.shape.enrolment.optional(),
  liveness: liveness.optional(),
});
export const deviceList = pageOf(deviceView);
