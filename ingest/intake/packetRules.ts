/** What MQTT 3.1.1 allows in each packet a client may send. Offsets into bytes that are there; pure. */
import { isCleanUtf8, isTopicFilter, isTopicName } from './topicText.ts';

export const PACKET = { connect: 1, publish: 3 } as const;
const TYPE = { ...PACKET, puback: 4, pubrec: 5, pubrel: 6, pubcomp: 7, subscribe: 8, unsubscribe: 10 } as const;
const PING = 12;
const DISCONNECT = 14;

export interface PacketFault {
  readonly reason: 'framing' | 'packet-size' | 'text' | 'protocol-version' | 'client-id';
  /** The return code the standard wants said before the connection is closed. */
  readonly connack?: 1 | 2;
}

export interface TextLimits {
  readonly topicBytes: number;
  readonly topicLevels: number;
}

const FRAMING: PacketFault = { reason: 'framing' };
const TEXT: PacketFault = { reason: 'text' };

/** By first byte: type and flags together (section 2.2). What only a server may send is not in it. */
const ALLOWED_HEADERS = new Uint8Array(256);
for (const type of [TYPE.connect, TYPE.puback, TYPE.pubrec, TYPE.pubcomp, PING, DISCONNECT])
  ALLOWED_HEADERS[type << 4] = 1;
for (const type of [TYPE.pubrel, TYPE.subscribe, TYPE.unsubscribe]) ALLOWED_HEADERS[(type << 4) | 2] = 1;
for (let flags = 0; flags < 16; flags++) {
  const qos = (flags >> 1) & 3;
  const isRepeat = (flags & 8) !== 0;
  // [MQTT-3.3.1-4] and [MQTT-3.3.1-2]: there is no QoS 3, and nothing with QoS 0 is a repeat.
  if (qos !== 3 && !(isRepeat && qos === 0)) ALLOWED_HEADERS[(TYPE.publish << 4) | flags] = 1;
}

export function isAllowedHeader(byte: number): boolean {
  return ALLOWED_HEADERS[byte] === 1;
}

const number16 = (bytes: Uint8Array, at: number): number => ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);

/** Topic with its length, and the packet id. Undefined: longer than the body. Needs two bytes, if the body has them. */
export function publishHeadBytes(header: number, bytes: Uint8Array, at: number, length: number): number | undefined {
  const head = 2 + number16(bytes, at) + ((header & 6) === 0 ? 0 : 2);
  return head <= length ? head : undefined;
}

export function publishFault(
  header: number,
  bytes: Uint8Array,
  at: number,
  head: number,
  { topicBytes, topicLevels }: TextLimits,
): PacketFault | undefined {
  const topicEnd = at + 2 + number16(bytes, at);
  if (topicEnd - at - 2 > topicBytes || !isTopicName(bytes, at + 2, topicEnd, topicLevels)) return TEXT;
  // [MQTT-2.3.1-1]: a packet id is never 0.
  return (header & 6) !== 0 && number16(bytes, at + head - 2) === 0 ? FRAMING : undefined;
}

/** Every packet but PUBLISH, whole: [from, to). */
export function bodyFault(
  header: number,
  bytes: Uint8Array,
  from: number,
  to: number,
  limits: TextLimits,
): PacketFault | undefined {
  const type = header >> 4;
  if (type === TYPE.connect) return connectFault(bytes, from, to, limits);
  if (type === PING || type === DISCONNECT) return from === to ? undefined : FRAMING;
  if (to - from < 2 || number16(bytes, from) === 0) return FRAMING;
  if (type === TYPE.subscribe || type === TYPE.unsubscribe)
    return filtersFault(bytes, from + 2, to, type === TYPE.subscribe, limits);
  return to - from === 2 ? undefined : FRAMING;
}

/** [MQTT-3.8.3-3] and [MQTT-3.10.3-2]: at least one filter. */
function filtersFault(
  bytes: Uint8Array,
  from: number,
  to: number,
  hasQos: boolean,
  { topicBytes, topicLevels }: TextLimits,
): PacketFault | undefined {
  if (from === to) return FRAMING;
  let at = from;
  while (at < to) {
    const end = fieldEnd(bytes, at, to);
    if (end === undefined) return FRAMING;
    if (end - at - 2 > topicBytes || !isTopicFilter(bytes, at + 2, end, topicLevels)) return TEXT;
    at = end;
    if (!hasQos) continue;
    // [MQTT-3.8.3-4]: 0, 1 or 2 in a byte of its own.
    if (at === to || (bytes[at++] ?? 0) > 2) return FRAMING;
  }
  return undefined;
}

/** Where the length-prefixed field at `at` ends; undefined when it is cut off. */
function fieldEnd(bytes: Uint8Array, at: number, to: number): number | undefined {
  if (at + 2 > to) return undefined;
  const end = at + 2 + number16(bytes, at);
  return end <= to ? end : undefined;
}

const USERNAME = 0x80;
const PASSWORD = 0x40;
const WILL_RETAIN = 0x20;
const WILL_QOS = 0x18;
const WILL = 0x04;
const CLEAN = 0x02;
const RESERVED = 0x01;
/** Bridges set it to say that they are one. */
const BRIDGE = 0x80;

function protocolFault(name: string, level: number): PacketFault | undefined {
  if (name === 'MQTT') return level === 4 ? undefined : { reason: 'protocol-version', connack: 1 };
  if (name === 'MQIsdp') return level === 3 ? undefined : { reason: 'protocol-version', connack: 1 };
  return FRAMING; // [MQTT-3.1.2-1]: another protocol altogether
}

function flagsFault(flags: number): PacketFault | undefined {
  if ((flags & RESERVED) !== 0) return FRAMING;
  // [MQTT-3.1.2-22]: no password without a user name.
  if ((flags & PASSWORD) !== 0 && (flags & USERNAME) === 0) return FRAMING;
  if ((flags & WILL) === 0) return (flags & (WILL_QOS | WILL_RETAIN)) === 0 ? undefined : FRAMING;
  return (flags & WILL_QOS) === WILL_QOS ? FRAMING : undefined;
}

function connectFault(bytes: Uint8Array, from: number, to: number, limits: TextLimits): PacketFault | undefined {
  const nameEnd = fieldEnd(bytes, from, to);
  // Level, flags and keep-alive follow.
  if (nameEnd === undefined || nameEnd === to) return FRAMING;
  const name = String.fromCharCode(...bytes.subarray(from + 2, Math.min(nameEnd, from + 8)));
  const protocol = protocolFault(nameEnd - from - 2 > 6 ? '' : name, (bytes[nameEnd] ?? 0) & ~BRIDGE);
  if (protocol) return protocol;
  if (nameEnd + 4 > to) return FRAMING;
  const flags = bytes[nameEnd + 1] ?? 0;
  const badFlags = flagsFault(flags);
  if (badFlags) return badFlags;

  let at = nameEnd + 4;
  let fault: PacketFault | undefined;
  /** Steps over one field; its bounds go to `check`, which says whether they are fit. */
  const field = (check: (start: number, end: number) => boolean): void => {
    if (fault) return;
    const end = fieldEnd(bytes, at, to);
    if (end === undefined) fault = FRAMING;
    else if (!check(at + 2, end)) fault = TEXT;
    else at = end;
  };
  const clean = (start: number, end: number) => isCleanUtf8(bytes, start, end);
  const anything = () => true;

  const clientIdAt = at;
  field(clean);
  if ((flags & WILL) !== 0) {
    field((start, end) => end - start <= limits.topicBytes && isTopicName(bytes, start, end, limits.topicLevels));
    field(anything);
  }
  if ((flags & USERNAME) !== 0) field(clean);
  if ((flags & PASSWORD) !== 0) field(anything);
  if (fault) return fault;
  if (at !== to) return FRAMING;
  // [MQTT-3.1.3-8]: a session to keep needs a name.
  if (number16(bytes, clientIdAt) === 0 && (flags & CLEAN) === 0) return { reason: 'client-id', connack: 2 };
  return undefined;
}
