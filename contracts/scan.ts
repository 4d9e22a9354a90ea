/** One passage at a gate. Carries no card number: the credential is a keyed hash from the moment of decoding. */
import type { DeviceId, SchoolId } from './ids.ts';

export type CredentialType = 'rfid' | 'qr' | 'person';
export type Direction = 'in' | 'out';

export interface Scan {
  /** Unique per school: from the scan's own id, else from (gate, credential, at). */
  readonly id: string;
  readonly school: SchoolId;
  readonly gate: DeviceId;
  /** Epoch ms by the gate's clock (or the receive time, flagged `clock`). */
  readonly at: number;
  readonly receivedAt: number;
  readonly credentialType: CredentialType;
  /** Base64url of HMAC-SHA256(installation key, school, type, normalised value). */
  readonly credential: string;
  readonly direction: Direction | null;
  /** Bits of READING_FLAGS. */
  readonly flags: number;
}
