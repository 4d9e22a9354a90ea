/** What is known of one connection at the broker. */
import type { Duplex } from 'node:stream';
import type { Client, Subscription } from 'aedes';
import type { Identity } from './mountpoint.ts';
import type { PacketGuard } from './packetGuard.ts';
import type { Refused } from './refusals.ts';

/** Return codes of CONNACK (MQTT 3.1.1, table 3.1). */
export const CONNACK = { identifierRejected: 2, serverUnavailable: 3, badCredentials: 4, notAuthorised: 5 } as const;
export type RefusedConnack = (typeof CONNACK)[keyof typeof CONNACK];

export interface Session {
  readonly stream: Duplex;
  readonly address: string;
  readonly guard: PacketGuard;
  /** Set once logged in, gone again when the credential is revoked. */
  identity: Identity | undefined;
  clientId: string;
  /** Infinite when the client asked not to be missed. */
  keepaliveMs: number;
  /** Why CONNECT is to be refused although it could be read. */
  refusal: { readonly reason: Refused; readonly connack: RefusedConnack } | undefined;
  /** Granted filters, as the broker knows them. */
  readonly filters: Map<string, Subscription['qos']>;
  /** QoS 2 ids on their way to the journal, and who else waits for the outcome. */
  readonly receiving: Map<number, ((error?: Error) => void)[]>;
}

export type Sessions = WeakMap<Client, Session>;

export function newSession(known: Pick<Session, 'stream' | 'address' | 'guard'>): Session {
  return {
    ...known,
    identity: undefined,
    clientId: '',
    keepaliveMs: 0,
    refusal: undefined,
    filters: new Map(),
    receiving: new Map(),
  };
}
