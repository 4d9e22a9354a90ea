/** A decoded stretch of the journal: what the pipeline hands from "announced" to "stored". */
import type { Device } from '../contracts/device.ts';
import type { DeviceStatus, GatewayClock, GatewayStatus, RefusedMessage } from '../contracts/feed.ts';
import type { RawMessage } from '../contracts/message.ts';
import type { Reading } from '../contracts/reading.ts';
import type { Scan } from '../contracts/scan.ts';
import type { JournalRecord } from '../store/journal/journal.ts';
import type { Counts } from './accounting.ts';
import type { MemoryBook, Remembered } from './codecMemory.ts';
import { type DecodedMessage, type DecodeRules, decode, type RefusedPart } from './decode.ts';
import type { Discovery } from './discovery.ts';

export interface RefusedRecord extends RefusedPart {
  readonly sequence: number;
  readonly message: RawMessage;
}

export interface Stretch {
  /** Journal sequences [from, to). */
  readonly from: number;
  readonly to: number;
  readonly readings: readonly Reading[];
  /** For each reading and scan: the sequence of its message. */
  readonly readingSequences: readonly number[];
  readonly scans: readonly Scan[];
  readonly scanSequences: readonly number[];
  readonly refused: readonly RefusedRecord[];
  /** Sequences that the disk did not give back. */
  readonly lost: number;
  readonly gateways: readonly GatewayStatus[];
  readonly devices: readonly DeviceStatus[];
  readonly clocks: readonly GatewayClock[];
  readonly registered: readonly Device[];
  readonly replies: readonly { readonly message: RawMessage; readonly topic: string; readonly payload: Uint8Array }[];
  readonly remembered: readonly Remembered[];
}

export type StretchDecoder = (records: readonly JournalRecord[], from: number, to: number, lost: number) => Stretch;

export function createStretchDecoder({
  rules,
  memory,
  discovery,
  onDecoded,
}: {
  readonly rules: Omit<DecodeRules, 'memory'>;
  readonly memory: MemoryBook;
  readonly discovery: Discovery;
  /** Hears every message with what was made of it. */
  readonly onDecoded?: ((message: RawMessage, decoded: DecodedMessage) => void) | undefined;
}): StretchDecoder {
  const decodeRules: DecodeRules = { ...rules, memory: (codec, message) => memory.of(codec, message) };

  return (records, from, to, lost) => {
    const readings: Reading[] = [];
    const readingSequences: number[] = [];
    const scans: Scan[] = [];
    const scanSequences: number[] = [];
    const refused: RefusedRecord[] = [];
    const gateways: GatewayStatus[] = [];
    const devices: DeviceStatus[] = [];
    const clocks: GatewayClock[] = [];
    const registered: Device[] = [];
    const replies: { message: RawMessage; topic: string; payload: Uint8Array }[] = [];

    for (const { sequence, message } of records) {
      const decoded = decode(message, decodeRules);
      onDecoded?.(message, decoded);
      let lastDevice: string | undefined;
      for (const reading of decoded.readings) {
        readings.push(reading);
        readingSequences.push(sequence);
        if (reading.device === lastDevice) continue; // most messages are of one device
        lastDevice = reading.device;
        const news = discovery.heard(message, reading.device);
        if (news) registered.push(news);
      }
      for (const scan of decoded.scans) {
        scans.push(scan);
        scanSequences.push(sequence);
        const news = discovery.heard(message, scan.gate);
        if (news) registered.push(news);
      }
      for (const registration of decoded.registrations) {
        const news = discovery.announced(message, registration);
        if (news) registered.push(news);
      }
      for (const part of decoded.refused) refused.push({ ...part, sequence, message });
      for (const reply of decoded.replies) replies.push({ ...reply, message });
      if (decoded.skewMs !== undefined)
        clocks.push({
          school: message.school,
          gateway: message.gateway,
          skewMs: decoded.skewMs,
          at: message.receivedAt,
        });
      gateways.push(...decoded.gateways);
      devices.push(...decoded.devices);
    }
    return {
      from,
      to,
      readings,
      readingSequences,
      scans,
      scanSequences,
      refused,
      lost,
      gateways,
      devices,
      clocks,
      registered,
      replies,
      remembered: memory.takeChanges(),
    };
  };
}

/** Adjacent stretches as one, so that one write to the store carries many. */
export function joinStretches(stretches: readonly Stretch[]): Stretch {
  const [first] = stretches;
  const last = stretches.at(-1);
  if (!first || !last) throw new Error('nothing to join');
  if (first === last) return first;
  return {
    from: first.from,
    to: last.to,
    readings: stretches.flatMap(({ readings }) => readings),
    readingSequences: stretches.flatMap(({ readingSequences }) => readingSequences),
    scans: stretches.flatMap(({ scans }) => scans),
    scanSequences: stretches.flatMap(({ scanSequences }) => scanSequences),
    refused: stretches.flatMap(({ refused }) => refused),
    lost: stretches.reduce((sum, { lost }) => sum + lost, 0),
    gateways: [],
    devices: [],
    clocks: [],
    registered: [],
    replies: [],
    remembered: stretches.flatMap(({ remembered }) => remembered),
  };
}

export function refusedMessages(stretch: Stretch): RefusedMessage[] {
  return stretch.refused.map(({ message, reason }) => ({
    school: message.school,
    gateway: message.gateway,
    topic: message.topic,
    reason,
    at: message.receivedAt,
  }));
}

/** One outcome per message: any refused part → quarantined; all parts known already → duplicate; else stored. */
export function countOutcomes(
  stretch: Stretch,
  isRepeat: { readonly readings: readonly boolean[]; readonly scans: readonly boolean[] },
): Counts {
  const quarantined = new Set(stretch.refused.map(({ sequence }) => sequence));
  const fresh = new Set<number>();
  const repeated = new Set<number>();
  for (const [i, sequence] of stretch.readingSequences.entries())
    (isRepeat.readings[i] ? repeated : fresh).add(sequence);
  for (const [i, sequence] of stretch.scanSequences.entries()) (isRepeat.scans[i] ? repeated : fresh).add(sequence);
  let duplicate = 0;
  for (const sequence of repeated) if (!fresh.has(sequence) && !quarantined.has(sequence)) duplicate++;
  const all = stretch.to - stretch.from;
  return {
    quarantined: quarantined.size + stretch.lost,
    duplicate,
    stored: all - quarantined.size - stretch.lost - duplicate,
  };
}
