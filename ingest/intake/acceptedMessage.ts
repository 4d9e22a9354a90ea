/** A message as a door hands it on: who sent it and what it is about, nothing decoded. */
import type { Transport } from '../../contracts/message.ts';
import type { Identity } from './mountpoint.ts';

export interface AcceptedMessage {
  readonly identity: Identity;
  /** After the mountpoint. */
  readonly topic: string;
  readonly foreign: boolean;
  readonly payload: Uint8Array;
  readonly retained: boolean;
  /** How long the sender can be kept waiting before it doubts the line; without it, it is not slowed down. */
  readonly patienceMs?: number;
}

/** `done()` only when the message is durable; `done(error)`: the sender must not be told that it is. */
export type Accept = (message: AcceptedMessage, done: (error?: Error) => void) => void;
export type AcceptFrom = (transport: Transport) => Accept;
