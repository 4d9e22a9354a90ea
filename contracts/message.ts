/** A raw message as a gateway sent it, and why one may be refused. */
import type { GatewayId, SchoolId } from './ids.ts';

export const TRANSPORTS = ['mqtt', 'http'] as const;
export type Transport = (typeof TRANSPORTS)[number];

export interface RawMessage {
  readonly school: SchoolId;
  readonly gateway: GatewayId;
  readonly transport: Transport;
  /** After the mountpoint, exactly as sent. */
  readonly topic: string;
  readonly payload: Uint8Array;
  /** Epoch ms with microsecond fraction, unique and growing within one installation. */
  readonly receivedAt: number;
  /** MQTT retain flag: announcements and last states rather than fresh events. */
  readonly retained: boolean;
}

/** Why a message, or one record in it, is in the quarantine. */
export const REFUSALS = {
  'unknown-format': 'no codec and no mapping knows this topic',
  'bad-payload': 'the payload is not what this format allows',
  'unknown-metric': 'no canonical metric has this name',
  'wrong-unit': 'the unit can not be converted to the metric’s unit',
  'out-of-range': 'physically impossible for this metric',
  'warm-up': 'the sensor was still warming up',
  'bad-time': 'the time in the message can not be read',
  'bad-device': 'the device id is empty, too long or has control characters',
  'bad-topic': 'the topic breaks the text rules of MQTT',
  'not-allowed': 'this device is not on the allow-list of its gateway',
  'needs-model': 'the frame can only be read once the device’s model is known',
  'template-not-supported': 'the announced template is outside the safe subset',
  'foreign-school': 'published below another school',
  'unknown-school': 'published on an external broker below a school that is not enrolled',
  'too-large': 'larger than a message may be',
  'store-refused': 'the time-series database refused this line',
  'decoder-fault': 'our decoder failed on it; the bytes are kept',
} as const satisfies Record<string, string>;
export type Refusal = keyof typeof REFUSALS;
