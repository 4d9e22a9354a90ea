/** What stands for a card or code from the moment of decoding: nobody can read a number back from it. */
import { createHash, createHmac } from 'node:crypto';
import type { DeviceId, SchoolId } from '../contracts/ids.ts';

const SCAN_ID_CHARACTERS = 24;

/** Base64url of HMAC-SHA256 under the installation's key. Per school, so that no card can be followed across schools. */
export function hashCredential(key: Uint8Array, school: SchoolId, type: string, value: string): string {
  // Readers differ in case and separators for the same card; leading zeros count.
  const normalised = value
    .trim()
    .toUpperCase()
    .replace(/[\s:-]/g, '');
  return createHmac('sha256', key).update(`${school}\n${type}\n${normalised}`).digest('base64url');
}

/** The id of a scan that brought none: the same passage always gets the same one. */
export function scanId(gate: DeviceId, credential: string, moment: number): string {
  return createHash('sha256')
    .update(`${gate}\n${credential}\n${moment}`)
    .digest('base64url')
    .slice(0, SCAN_ID_CHARACTERS);
}
