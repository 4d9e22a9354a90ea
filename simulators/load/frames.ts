/**
 * MQTT 3.1.1 packets built once and patched per message: only packet id, time and digits of the values change, so that
 * the load generator costs little beside the server it measures on the same machine.
 */

export interface PublishTemplate {
  readonly bytes: Buffer;
  readonly packetIdAt: number;
  /** Thirteen digits of epoch ms with a point before the last three. */
  readonly timeAt: number;
  /** Two digits each. */
  readonly valuesAt: readonly number[];
}

const CONNECT = 0x10;
const PUBLISH_QOS1 = 0x32;
const CLEAN_SESSION = 0x02;
const WITH_LOGIN = 0xc0;
const PROTOCOL_LEVEL_311 = 4;
const KEEPALIVE_S = 600;

export const DISCONNECT_PACKET = Buffer.from([0xe0, 0x00]);
export const CONNACK = 0x20;
export const PUBACK = 0x40;

function remainingLength(length: number): number[] {
  const bytes: number[] = [];
  let rest = length;
  do {
    const more = rest > 127;
    bytes.push((rest % 128) + (more ? 128 : 0));
    rest = Math.floor(rest / 128);
  } while (rest > 0);
  return bytes;
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 0xff]), bytes]);
}

export function connectPacket(
  clientId: string,
  login: { readonly username: string; readonly password: string } | undefined,
): Buffer {
  const flags = CLEAN_SESSION | (login ? WITH_LOGIN : 0);
  const body = Buffer.concat([
    text('MQTT'),
    Buffer.from([PROTOCOL_LEVEL_311, flags, KEEPALIVE_S >> 8, KEEPALIVE_S & 0xff]),
    text(clientId),
    ...(login ? [text(login.username), text(login.password)] : []),
  ]);
  return Buffer.concat([Buffer.from([CONNECT, ...remainingLength(body.length)]), body]);
}

/** What a classroom sensor measures; the values are placeholders of which the last two digits are patched. */
const METRICS: readonly (readonly [name: string, unit: string | undefined, value: string])[] = [
  ['temperature', 'Cel', '28.00'],
  ['humidity', '%RH', '70.00'],
  ['co2', 'ppm', '800.00'],
  ['illuminance', 'lx', '400.00'],
  ['sound_level', undefined, '55.00'],
  ['battery', '%EL', '90.00'],
  ['pm25', undefined, '20.00'],
  ['pressure', 'hPa', '1008.00'],
  ['tvoc', 'ppb', '120.00'],
  ['power', 'W', '250.00'],
];
export const MAX_METRICS = METRICS.length;

export function publishTemplate(topic: string, metrics: number): PublishTemplate {
  const valueOffsets: number[] = [];
  let payload = '[{"bt":';
  const timeInPayload = payload.length;
  payload += '0000000000.000';
  for (const [index, [name, unit, value]] of METRICS.slice(0, metrics).entries()) {
    payload += `${index === 0 ? ',' : '},{'}"n":"${name}",${unit === undefined ? '' : `"u":"${unit}",`}"v":${value}`;
    valueOffsets.push(payload.length - 2);
  }
  payload += '}]';
  const topicBytes = text(topic);
  const body = Buffer.concat([topicBytes, Buffer.from([0, 0]), Buffer.from(payload)]);
  const header = Buffer.from([PUBLISH_QOS1, ...remainingLength(body.length)]);
  const packetIdAt = header.length + topicBytes.length;
  const payloadAt = packetIdAt + 2;
  return {
    bytes: Buffer.concat([header, body]),
    packetIdAt,
    timeAt: payloadAt + timeInPayload,
    valuesAt: valueOffsets.map((offset) => payloadAt + offset),
  };
}

const ZERO = 48;

/** Copies the template to `at` of `target` with its own id, time and values; returns where the copy ends. */
export function writePublish(
  target: Buffer,
  at: number,
  template: PublishTemplate,
  packetId: number,
  epochMs: number,
  noise: number,
): number {
  target.set(template.bytes, at);
  target[at + template.packetIdAt] = packetId >> 8;
  target[at + template.packetIdAt + 1] = packetId & 0xff;
  let digits = epochMs;
  const timeAt = at + template.timeAt;
  for (let place = 13; place >= 0; place--) {
    // The point between seconds and milliseconds stays where it is.
    if (place === 10) continue;
    const rest = Math.floor(digits / 10);
    target[timeAt + place] = ZERO + digits - rest * 10;
    digits = rest;
  }
  let bits = noise;
  for (const valueAt of template.valuesAt) {
    target[at + valueAt] = ZERO + (bits % 10);
    target[at + valueAt + 1] = ZERO + ((bits >>> 4) % 10);
    bits = (Math.imul(bits, 1_664_525) + 1_013_904_223) >>> 0;
  }
  return at + template.bytes.length;
}
