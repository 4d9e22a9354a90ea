/** Attendance terminals, which push over HTTP: ZKTeco are known by their serial number, Hikvision by a token. */
import { z } from 'zod';
import { gatewayId, schoolId } from '../ids.ts';
import { epochMs, pageOf } from './common.ts';

export const terminalVendor = z.enum(['zkteco', 'hikvision']);
export type TerminalVendor = z.infer<typeof terminalVendor>;

const serial = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'serial number: 1 to 64 letters, digits, dots, dashes or underscores');

export const terminalBody = z.discriminatedUnion('vendor', [
  z.strictObject({
    vendor: z.literal('zkteco'),
    serial,
    /** Minutes east of UTC of the terminal's clock, which says no zone; null or absent: that of the installation. */
    utcOffsetMinutes: z.int().min(-720).max(840).nullable().optional(),
  }),
  // Its times carry their zone.
  z.strictObject({ vendor: z.literal('hikvision'), serial: serial.nullable().optional() }),
]);
export type TerminalBody = z.infer<typeof terminalBody>;

export const terminalView = z.object({
  /** Also the gateway under which its messages are listed. */
  id: gatewayId,
  school: schoolId,
  vendor: terminalVendor,
  serial: z.string().nullable(),
  utcOffsetMinutes: z.int().nullable(),
  createdAt: epochMs,
  /** Of its last request since the system started, heartbeats included. */
  lastSeenAt: epochMs.nullable(),
});
/** `path` is what the terminal is told to post to. For Hikvision it holds the token, in this answer and nowhere else. */
export const terminalSaved = terminalView.extend({ token: z.string().nullable(), path: z.string().nullable() });
export const terminalList = pageOf(terminalView);
