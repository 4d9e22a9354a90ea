/** What a wire format is: topic patterns and one pure decoder. No clock, no network, no files. */

import type { Device } from '../contracts/device.ts';
import type { RawMessage, Refusal } from '../contracts/message.ts';
import type { Direction } from '../contracts/scan.ts';

/**
 * When a value was measured. `local`: a device clock without zone, read in the installation's zone (or the device
 * option `utcOffsetMinutes`). Absent: the receive time.
 */
export type SourceTime =
  | { readonly kind: 'instant'; readonly epochMs: number }
  | { readonly kind: 'local'; readonly text: string };

export type Decoded =
  | {
      readonly type: 'reading';
      readonly device: string;
      readonly sensor?: string | undefined;
      /** Canonical metric name. */
      readonly metric: string;
      readonly value: number | boolean;
      /** Unit the value is in (see devices/units.ts); absent: already canonical. */
      readonly unit?: string | undefined;
      readonly time?: SourceTime | undefined;
      /** True when the device says that the value comes from its memory. */
      readonly historic?: boolean | undefined;
    }
  | {
      readonly type: 'scan';
      readonly gate: string;
      readonly id?: string | undefined;
      readonly credential: { readonly type: 'rfid' | 'qr' | 'person'; readonly value: string };
      readonly time?: SourceTime | undefined;
      readonly direction: Direction | null;
      /** face, fingerprint, card… when the message says so. */
      readonly method?: string | undefined;
      /** What the reader itself decided about the credential; false: it refused it. */
      readonly accepted?: boolean | undefined;
      /** A walk-through reader sees one tag many times: reads within the same stretch of this length are one passage. */
      readonly passageMs?: number | undefined;
    }
  | {
      readonly type: 'device-status';
      readonly device: string;
      readonly state: 'online' | 'offline';
      readonly time?: SourceTime | undefined;
    }
  | { readonly type: 'gateway-status'; readonly state: 'online' | 'offline' }
  | {
      /** What a discovery message tells about a device. */
      readonly type: 'registration';
      readonly device: string;
      readonly kind?: string | undefined;
      readonly model?: string | undefined;
      readonly options?: Readonly<Record<string, string | number | boolean>> | undefined;
    }
  /** Publish this back to the gateway, e.g. a Sparkplug rebirth request. Topic is after the mountpoint. */
  | { readonly type: 'reply'; readonly topic: string; readonly payload: Uint8Array }
  | {
      readonly type: 'refusal';
      readonly reason: Refusal;
      readonly detail: string;
      readonly device?: string | undefined;
    };

/** What a codec must remember between messages of one gateway (aliases, announced topics). JSON-safe, persisted. */
export interface CodecMemory {
  get(key: string): unknown;
  set(key: string, value: unknown): void;
  delete(key: string): void;
  /** Entries whose key starts with the prefix. */
  entries(prefix: string): Iterable<readonly [key: string, value: unknown]>;
}

export interface DecodeContext {
  /** Scoped to the codec, school and gateway: nothing of another gateway can be seen or changed. */
  readonly memory: CodecMemory;
  /** The registry's entry for a device of the same school, if there is one. */
  readonly device: (id: string) => Pick<Device, 'model' | 'codec' | 'kind' | 'options' | 'enrolment'> | undefined;
}

export interface Codec {
  readonly id: string;
  /** Quick test on the topic (after the mountpoint). The first codec in registry order that claims a topic decodes it. */
  readonly claims: (topic: string, memory: CodecMemory) => boolean;
  /** Never throws on any bytes; an empty list means: understood, nothing to store. */
  readonly decode: (message: RawMessage, context: DecodeContext) => readonly Decoded[];
}
