/** The terminals that may push, in memory: the doors ask it, the API changes it. */
import type { GatewayId, SchoolId } from '../../contracts/ids.ts';
import type { TerminalRecord } from '../../store/records/port.ts';
import { secretHash } from '../intake/credentials.ts';

export interface TerminalBook {
  /** The ZKTeco terminal with this serial number. */
  bySerial(serial: string): TerminalRecord | undefined;
  /** The Hikvision terminal this token was given to. */
  byToken(token: string): TerminalRecord | undefined;
  put(terminal: TerminalRecord): void;
  remove(school: SchoolId, id: GatewayId): void;
  /** It asked or sent something. */
  seen(terminal: TerminalRecord, at: number): void;
  /** Null: not since the start. */
  lastSeenAt(school: SchoolId, id: GatewayId): number | null;
}

export function createTerminalBook(initial: Iterable<TerminalRecord> = []): TerminalBook {
  const all = new Map<string, TerminalRecord>();
  const serials = new Map<string, TerminalRecord>();
  const hashes = new Map<string, TerminalRecord>();
  const seenAt = new Map<string, number>();
  const keyOf = (school: SchoolId, id: GatewayId) => `${school}/${id}`;

  function forget(key: string): void {
    const known = all.get(key);
    all.delete(key);
    if (known?.serial != null) serials.delete(known.serial);
    if (known?.tokenHash != null) hashes.delete(known.tokenHash);
  }

  function put(terminal: TerminalRecord): void {
    const key = keyOf(terminal.school, terminal.id);
    forget(key);
    all.set(key, terminal);
    if (terminal.vendor === 'zkteco' && terminal.serial !== null) serials.set(terminal.serial, terminal);
    if (terminal.vendor === 'hikvision' && terminal.tokenHash !== null) hashes.set(terminal.tokenHash, terminal);
  }
  for (const terminal of initial) put(terminal);

  return {
    bySerial: (serial) => serials.get(serial),
    // Looked up by its hash: how long that takes says nothing about the token.
    byToken: (token) => hashes.get(secretHash(token).toString('hex')),
    put,
    remove(school, id) {
      forget(keyOf(school, id));
      seenAt.delete(keyOf(school, id));
    },
    seen: ({ school, id }, at) => void seenAt.set(keyOf(school, id), at),
    lastSeenAt: (school, id) => seenAt.get(keyOf(school, id)) ?? null,
  };
}
