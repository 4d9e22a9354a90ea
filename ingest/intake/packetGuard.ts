/**
 * Reads MQTT fixed headers as bytes pass, so that a packet that declares more than it may is refused before anything
 * is buffered for it. Pure state machine; the socket belongs to the caller.
 */
export interface PacketLimits {
  /** Largest packet before CONNACK, in bytes. */
  readonly beforeConnack: number;
  /** Largest packet after CONNACK, in bytes. */
  readonly afterConnack: number;
}

export interface PacketGuard {
  /** False: the peer broke the limit or the framing, close it. */
  accept(chunk: Uint8Array): boolean;
  connected(): void;
}

export function createPacketGuard(limits: PacketLimits): PacketGuard {
  let limit = limits.beforeConnack;
  /** Body bytes of the current packet still to come; -1 while in a fixed header. */
  let remaining = 0;
  /** Bytes of "remaining length" read so far; 0 = the type byte comes next. */
  let lengthBytes = -1;
  let length = 0;

  function accept(chunk: Uint8Array): boolean {
    let at = 0;
    while (at < chunk.length) {
      if (lengthBytes === -1) {
        if (remaining > 0) {
          const step = Math.min(remaining, chunk.length - at);
          remaining -= step;
          at += step;
          continue;
        }
        at++; // the type byte; its rules are the parser's
        lengthBytes = 0;
        length = 0;
        continue;
      }
      const byte = chunk[at++] ?? 0;
      length += (byte & 0x7f) * 128 ** lengthBytes;
      lengthBytes++;
      if ((byte & 0x80) !== 0) {
        if (lengthBytes === 4) return false; // MQTT 3.1.1 section 2.2.3: four bytes at most
        continue;
      }
      if (length > limit) return false;
      remaining = length;
      lengthBytes = -1;
    }
    return true;
  }

  return {
    accept,
    connected() {
      limit = limits.afterConnack;
    },
  };
}
