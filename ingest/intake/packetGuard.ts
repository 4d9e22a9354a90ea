/**
 * A strict reader of MQTT 3.1.1 packets that looks at the bytes as they pass: headers, ids and text are checked before
 * anybody buffers or decodes them, payloads are skipped untouched. The broker's own parser knows no largest packet,
 * forgives much of what the standard forbids, and turns invalid UTF-8 into other, valid text.
 * Pure state machine, any chunking; the socket belongs to the caller.
 */
import { bodyFault, isAllowedHeader, PACKET, type PacketFault, publishFault, publishHeadBytes } from './packetRules.ts';

export interface PacketLimits {
  /** Largest packet before CONNACK, in bytes after the fixed header. */
  readonly beforeConnack: number;
  /** Largest packet after CONNACK, in bytes after the fixed header. */
  readonly afterConnack: number;
  readonly topicBytes: number;
  readonly topicLevels: number;
}

export interface PacketGuard {
  /** Undefined: go on. Otherwise the peer broke a rule: nothing of this chunk may be used, and it is to be closed. */
  accept(chunk: Uint8Array): PacketFault | undefined;
  /** CONNACK went out: the larger limit holds. */
  connected(): void;
}

const FRAMING: PacketFault = { reason: 'framing' };
const TOO_LARGE: PacketFault = { reason: 'packet-size' };
const NOTHING = new Uint8Array();

export function createPacketGuard(limits: PacketLimits): PacketGuard {
  let limit = limits.beforeConnack;
  let hasConnected = false;
  let state: 'type' | 'length' | 'head' | 'payload' = 'type';
  let header = 0;
  let length = 0;
  let lengthBytes = 0;
  /** Body bytes of the current packet that have not passed yet. */
  let remaining = 0;
  /** How many body bytes have to be seen in one piece; for PUBLISH known in two steps. */
  let needed = 0;
  /** The beginning of a body whose rest comes with a later chunk. */
  let held: Uint8Array = NOTHING;
  let heldBytes = 0;

  /** First byte of a packet. */
  function begin(byte: number): PacketFault | undefined {
    if (!isAllowedHeader(byte)) return FRAMING;
    // [MQTT-3.1.0-1] and [MQTT-3.1.0-2]: CONNECT comes first and once.
    if ((byte >> 4 === PACKET.connect) === hasConnected) return FRAMING;
    hasConnected = true;
    header = byte;
    length = 0;
    lengthBytes = 0;
    state = 'length';
    return undefined;
  }

  function measured(): PacketFault | undefined {
    if (length > limit) return TOO_LARGE;
    remaining = length;
    needed = header >> 4 === PACKET.publish ? Math.min(2, length) : length;
    heldBytes = 0;
    state = 'head';
    return undefined;
  }

  /** The first `needed` bytes of the body lie at `at`. Afterwards `needed` is larger, or the head is done. */
  function inspect(bytes: Uint8Array, at: number): PacketFault | undefined {
    if (header >> 4 !== PACKET.publish) {
      state = 'payload';
      return bodyFault(header, bytes, at, at + length, limits);
    }
    const head = publishHeadBytes(header, bytes, at, length);
    if (head === undefined) return FRAMING;
    if (needed < head) {
      needed = head;
      // No topic of this length is allowed: do not wait for it.
      return head - 4 > limits.topicBytes ? TOO_LARGE : undefined;
    }
    state = 'payload';
    return publishFault(header, bytes, at, head, limits);
  }

  /** Looks at the head in `chunk` from `at`; returns how many bytes of it were consumed, or what is wrong. */
  function readHead(chunk: Uint8Array, at: number): number | PacketFault {
    const available = chunk.length - at;
    if (heldBytes === 0 && available >= needed) {
      let fault = inspect(chunk, at);
      // The head grew, and nearly always it is all there.
      if (!fault && state === 'head' && available >= needed) fault = inspect(chunk, at);
      if (fault) return fault;
      if (state === 'head') return 0;
      remaining -= needed;
      return needed;
    }
    const step = Math.min(needed - heldBytes, available);
    if (held.length < heldBytes + step) {
      // As much as came, doubled: declaring a long packet costs nobody but its sender.
      const grown = new Uint8Array(Math.min(needed, Math.max(heldBytes + step, held.length * 2)));
      grown.set(held.subarray(0, heldBytes));
      held = grown;
    }
    held.set(chunk.subarray(at, at + step), heldBytes);
    heldBytes += step;
    remaining -= step;
    if (heldBytes < needed) return step;
    const fault = inspect(held, 0);
    if (fault) return fault;
    if (state === 'payload') held = NOTHING;
    return step;
  }

  function accept(chunk: Uint8Array): PacketFault | undefined {
    let at = 0;
    // Bodies of no length are looked at although no byte of theirs is left to come.
    while (at < chunk.length || (state === 'head' && needed === heldBytes)) {
      switch (state) {
        case 'type': {
          const fault = begin(chunk[at++] ?? 0);
          if (fault) return fault;
          break;
        }
        case 'length': {
          const byte = chunk[at++] ?? 0;
          length += (byte & 0x7f) << (7 * lengthBytes++);
          if ((byte & 0x80) !== 0) {
            if (lengthBytes === 4) return FRAMING; // section 2.2.3: four bytes at most
            break;
          }
          const fault = measured();
          if (fault) return fault;
          break;
        }
        case 'head': {
          const consumed = readHead(chunk, at);
          if (typeof consumed !== 'number') return consumed;
          at += consumed;
          break;
        }
        case 'payload': {
          const step = Math.min(remaining, chunk.length - at);
          remaining -= step;
          at += step;
          break;
        }
      }
      if (state === 'payload' && remaining === 0) state = 'type';
    }
    return undefined;
  }

  return {
    accept,
    connected() {
      limit = limits.afterConnack;
    },
  };
}
