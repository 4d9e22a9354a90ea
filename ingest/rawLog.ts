/** The last raw messages of every gateway with what was made of them, in memory: what a technician looks at. */
import type { DecodeSummary, GatewayMessages, ShownMessage } from '../contracts/http/inspect.ts';
import type { GatewayId, SchoolId } from '../contracts/ids.ts';
import type { RawMessage } from '../contracts/message.ts';
import { METRICS } from '../contracts/metrics.ts';
import { flagNames } from '../contracts/reading.ts';
import type { DecodedMessage } from './decode.ts';
import { maskCards } from './maskCards.ts';

export const KEPT_PER_GATEWAY = 50;
/** Of a longer payload only the beginning is kept. */
const KEPT_PAYLOAD_BYTES = 16 * 1024;
const KEPT_BYTES = 64 * 1024 * 1024;
/** Of the objects that hold one message and one reading; guessed high. */
const MESSAGE_COST_BYTES = 600;
const READING_COST_BYTES = 200;
const MAX_LISTED = 200;

export interface RawLog {
  note(message: RawMessage, decoded: DecodedMessage): void;
  of(school: SchoolId, gateway: GatewayId): GatewayMessages;
  /** Whole messages of the school, newest first. */
  recent(school: SchoolId): readonly RawMessage[];
  forget(school: SchoolId, gateway: GatewayId): void;
}

interface Kept {
  readonly message: Omit<RawMessage, 'payload'>;
  /** One character a byte: no buffer is held on to for a slice of it. */
  readonly payload: string;
  readonly bytes: number;
  readonly decoded: Pick<DecodedMessage, 'codec' | 'readings' | 'scans' | 'refused'>;
  readonly cost: number;
}

interface GatewayLog {
  readonly since: number;
  readonly kept: Kept[];
  cost: number;
  messages: number;
  readings: number;
  scans: number;
  refused: number;
  lastMessageAt: number | null;
}

export function createRawLog({
  now,
  maxBytes = KEPT_BYTES,
}: {
  readonly now: () => number;
  readonly maxBytes?: number;
}): RawLog {
  const startedAt = now();
  const schools = new Map<SchoolId, Map<GatewayId, GatewayLog>>();
  let cost = 0;

  function open({ school, gateway }: RawMessage): GatewayLog {
    const gateways = schools.get(school) ?? new Map<GatewayId, GatewayLog>();
    schools.set(school, gateways);
    const known = gateways.get(gateway);
    if (known) return known;
    const since = startedAt;
    const counters = { messages: 0, readings: 0, scans: 0, refused: 0, lastMessageAt: null };
    const made = { since, kept: [], cost: 0, ...counters };
    gateways.set(gateway, made);
    return made;
  }

  function drop(log: GatewayLog): void {
    const oldest = log.kept.shift();
    if (!oldest) return;
    log.cost -= oldest.cost;
    cost -= oldest.cost;
  }

  /** The one who takes most gives half of it: seldom needed, so it may look at all of them. */
  function makeRoom(): void {
    let largest: GatewayLog | undefined;
    for (const gateways of schools.values())
      for (const log of gateways.values()) if (!largest || log.cost > largest.cost) largest = log;
    if (!largest) return;
    const goal = largest.cost / 2;
    while (largest.cost > goal && largest.kept.length > 0) drop(largest);
  }

  return {
    note(message, { codec, readings, scans, refused }) {
      const log = open(message);
      log.messages++;
      log.readings += readings.length;
      log.scans += scans.length;
      if (refused.length > 0) log.refused++;
      log.lastMessageAt = Math.max(log.lastMessageAt ?? 0, message.receivedAt);
      if (log.kept.length >= KEPT_PER_GATEWAY) drop(log);
      const kept = keep(message, { codec, readings, scans, refused });
      log.kept.push(kept);
      log.cost += kept.cost;
      cost += kept.cost;
      if (cost > maxBytes) makeRoom();
    },
    of(school, gateway) {
      const log = schools.get(school)?.get(gateway);
      if (!log) {
        const counters = { since: startedAt, messages: 0, readings: 0, scans: 0, refused: 0, lastMessageAt: null };
        return { counters, items: [] };
      }
      const { since, messages, readings, scans, refused, lastMessageAt } = log;
      const counters = {
        since,
        messages,
        readings,
        scans,
        refused,
        lastMessageAt: lastMessageAt && Math.floor(lastMessageAt),
      };
      return { counters, items: log.kept.toReversed().map(showKept) };
    },
    recent(school) {
      const kept = [...(schools.get(school)?.values() ?? [])].flatMap((log) => log.kept);
      return kept
        .filter(({ bytes, payload }) => bytes === payload.length)
        .sort((one, other) => other.message.receivedAt - one.message.receivedAt)
        .map(({ message, payload }) => ({ ...message, payload: Buffer.from(payload, 'latin1') }));
    },
    forget(school, gateway) {
      const gateways = schools.get(school);
      cost -= gateways?.get(gateway)?.cost ?? 0;
      gateways?.delete(gateway);
    },
  };
}

function keep(message: RawMessage, decoded: Kept['decoded']): Kept {
  const { payload, ...rest } = message;
  const { buffer, byteOffset, byteLength } = payload;
  const text = Buffer.from(buffer, byteOffset, Math.min(byteLength, KEPT_PAYLOAD_BYTES)).toString('latin1');
  const found = decoded.readings.length + decoded.scans.length + decoded.refused.length;
  const cost = MESSAGE_COST_BYTES + text.length + message.topic.length + found * READING_COST_BYTES;
  return { message: rest, payload: text, bytes: byteLength, decoded, cost };
}

const showKept = ({ message, payload, bytes, decoded }: Kept): ShownMessage =>
  showMessage({ ...message, payload: Buffer.from(payload, 'latin1') }, decoded, bytes);

/** A message and what was made of it, fit for a screen. `bytes`: of the whole payload when this is its beginning. */
export function showMessage(
  message: RawMessage,
  decoded: Kept['decoded'],
  bytes: number = message.payload.byteLength,
): ShownMessage {
  const { gateway, receivedAt, transport, topic, retained, payload } = message;
  const shown = maskCards(payload, { topic, hasScans: decoded.scans.length > 0 });
  return {
    gateway,
    receivedAt: Math.floor(receivedAt),
    transport,
    topic,
    retained,
    bytes,
    payload: { ...shown, cut: bytes > payload.byteLength },
    decoded: summaryOf(decoded),
  };
}

function summaryOf({ codec, readings, scans, refused }: Kept['decoded']): DecodeSummary {
  return {
    codec: codec ?? null,
    readingCount: readings.length,
    scanCount: scans.length,
    readings: readings.slice(0, MAX_LISTED).map(({ device, sensor, metric, value, measuredAt, flags }) => {
      const { shape, unit } = METRICS[metric];
      const said = shape === 'state' ? value === 1 : value;
      return { device, sensor, metric, value: said, unit, measuredAt: Math.floor(measuredAt), flags: flagNames(flags) };
    }),
    scans: scans.slice(0, MAX_LISTED).map(({ gate, at, credentialType, direction, flags }) => ({
      gate,
      at: Math.floor(at),
      credentialType,
      direction,
      flags: flagNames(flags),
    })),
    refused: refused.slice(0, MAX_LISTED),
  };
}
