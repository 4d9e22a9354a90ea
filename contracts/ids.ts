/** Branded identifiers: a school can not be passed where a device is expected. */
import { z } from 'zod';

/** What an operator may choose as an id: goes into topics, paths and file names, so nothing that needs escaping. */
const CHOSEN_ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** True for text without control, line-breaking, direction-changing or unpaired surrogate characters. */
function isPlainText(text: string): boolean {
  return text.isWellFormed() && !/[\p{Cc}\u2028\u2029\u202A-\u202E\u2066-\u2069]/u.test(text);
}

const chosenId = (what: string) =>
  z
    .string()
    .regex(CHOSEN_ID, `${what}: 1 to 64 letters, digits, dots, dashes or underscores, starting with a letter or digit`);

export const areaId = chosenId('area id').brand<'AreaId'>();
export const schoolId = chosenId('school id').brand<'SchoolId'>();
export const gatewayId = chosenId('gateway id').brand<'GatewayId'>();
export const roomId = chosenId('room id').brand<'RoomId'>();

/** A device is named by its own messages: spaces, accents and slashes occur (Zigbee2MQTT friendly names). */
export const deviceId = z
  .string()
  .min(1)
  .max(128)
  .refine(isPlainText, 'device id: no control characters')
  .brand<'DeviceId'>();

export type AreaId = z.infer<typeof areaId>;
export type SchoolId = z.infer<typeof schoolId>;
export type GatewayId = z.infer<typeof gatewayId>;
export type RoomId = z.infer<typeof roomId>;
export type DeviceId = z.infer<typeof deviceId>;
