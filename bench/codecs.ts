/**
 * Each codec on one thread, on the shared samples of its format and a few of our own topics, beside what JSON.parse alone
 * costs for the same payloads. From bytes to decoded parts: journal, conversion and storing are not in it.
 */
import { deviceId, gatewayId, schoolId } from '../contracts/ids.ts';
import type { RawMessage } from '../contracts/message.ts';
import type { Codec, CodecMemory, DecodeContext } from '../devices/codec.ts';
import { findCodec } from '../devices/codecs/registry.ts';
import { asUplink, payloadOf, readSamples, type Sample } from '../tests/samples/samples.ts';
import type { BenchCase, Figure } from './case.ts';

const SECONDS = 1;
const WARM_UP_SECONDS = 0.3;
/** Between two looks at the clock. */
const ROUNDS = 20;

const NATIVE: readonly { readonly topic: string; readonly body: unknown }[] = [
  {
    topic: 'phong-6a1/readings',
    body: [
      { bn: 'air/', bt: 1_790_000_000, n: 'co2', u: 'ppm', v: 812 },
      { n: 'temperature', u: 'Cel', v: 27.5 },
      { n: 'humidity', u: '%RH', v: 62 },
    ],
  },
  {
    topic: 'cong/scans',
    body: { id: 'e-1', at: 1_790_000_000, credential: { type: 'rfid', value: '04A1B2C3D4' }, direction: 'in' },
  },
  {
    topic: 'v1/gateway/telemetry',
    body: { 'phong-6a1': [{ ts: 1_790_000_000_000, values: { temperature: 27.5, humidity: 62, co2: 812 } }] },
  },
];

function messageOf(topic: string, payload: Buffer, retained = false): RawMessage {
  return {
    school: schoolId.parse('bench'),
    gateway: gatewayId.parse('gw'),
    transport: 'mqtt',
    topic,
    payload,
    receivedAt: 1_800_000_000_000,
    retained,
  };
}

/** As it lies in the journal. */
function journalled(line: Sample): RawMessage | undefined {
  const { SN: serial, table } = line.http?.query ?? {};
  if (line.format === 'lorawan-frame') {
    const { topic, payload } = asUplink(line);
    return messageOf(topic, payload);
  }
  if (line.format === 'hikvision-isapi') return messageOf('hikvision/gate/event', payloadOf(line));
  if (serial !== undefined && table !== undefined)
    return messageOf(`iclock/${serial}/${table.toLowerCase()}`, payloadOf(line));
  return line.topic === null ? undefined : messageOf(line.topic, payloadOf(line), line.retain ?? false);
}

/** Messages per second of processor time: what other programs take of this machine meanwhile is not counted. */
function rateOf(messages: readonly RawMessage[], work: (message: RawMessage) => unknown): number {
  function runFor(seconds: number): number {
    const started = process.cpuUsage();
    let done = 0;
    let usedSeconds = 0;
    while (usedSeconds < seconds) {
      for (let round = 0; round < ROUNDS; round++) for (const message of messages) work(message);
      done += ROUNDS * messages.length;
      const { user, system } = process.cpuUsage(started);
      usedSeconds = (user + system) / 1e6;
    }
    return done / usedSeconds;
  }
  runFor(WARM_UP_SECONDS);
  return runFor(SECONDS);
}

/** Nothing is written down for a store that is not there. */
function createMemory(): CodecMemory {
  const entries = new Map<string, unknown>();
  return {
    get: (key) => entries.get(key),
    set: (key, value) => void entries.set(key, value),
    delete: (key) => void entries.delete(key),
    *entries(prefix) {
      for (const entry of entries) if (entry[0].startsWith(prefix)) yield entry;
    },
  };
}

function isJson({ payload }: RawMessage): boolean {
  return /^\s*[{[]/.test(payload.toString());
}

export const codecs: BenchCase = {
  name: 'codecs',
  async run() {
    const lines = [...(readSamples('codecs') ?? [])].sort((a, b) => (a.seq?.[1] ?? 0) - (b.seq?.[1] ?? 0));
    const models = new Map(
      lines.flatMap(({ expect, hint }) => expect.map(({ device }) => [device, hint?.model] as const)),
    );
    const memories = new Map<string, CodecMemory>();
    const memoryOf = (id: string): CodecMemory => {
      const memory = memories.get(id) ?? createMemory();
      memories.set(id, memory);
      return memory;
    };
    const device: DecodeContext['device'] = (id) => {
      const model = models.get(deviceId.parse(id));
      return model === undefined ? undefined : { model, codec: null, kind: null, options: {}, enrolment: 'enrolled' };
    };
    const native = NATIVE.map(({ topic, body }) => messageOf(topic, Buffer.from(JSON.stringify(body))));
    const groups = new Map<Codec, RawMessage[]>();
    for (const message of [...lines.flatMap((line) => journalled(line) ?? []), ...native]) {
      const codec = findCodec(message.topic, memoryOf);
      if (codec) groups.set(codec, [...(groups.get(codec) ?? []), message]);
    }
    return [...groups].map(([codec, messages]): Figure => {
      const context = { memory: memoryOf(codec.id), device };
      const ours = rateOf(messages, (message) => codec.decode(message, context));
      const reference = messages.every(isJson)
        ? { tool: 'JSON.parse alone', value: rateOf(messages, ({ payload }) => JSON.parse(payload.toString())) }
        : null;
      return { what: codec.id, unit: 'msg/s', ours, reference, better: 'more' };
    });
  },
};
