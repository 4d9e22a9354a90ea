import { describe, expect, test } from 'vitest';
import { briefs, times } from '../testing/brief.ts';
import { createTestDecoder } from '../testing/message.ts';
import { bytesField, readFields, varintField } from './protobuf.ts';
import { parseSparkplug } from './sparkplug-payload.ts';

interface Tag {
  readonly name?: string;
  readonly alias?: number;
  readonly datatype?: number;
  readonly int?: bigint;
  readonly double?: number;
  readonly boolean?: boolean;
  readonly at?: number;
  readonly isHistorical?: boolean;
  readonly isNull?: boolean;
  readonly unit?: string;
}

function double(number: number, value: number): number[] {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setFloat64(0, value, true);
  return [(number << 3) | 1, ...bytes];
}

const text = (value: string): Buffer => Buffer.from(value);

function metric(tag: Tag): number[] {
  const unit =
    tag.unit === undefined
      ? []
      : bytesField(9, [
          ...bytesField(1, text('engUnit')),
          ...bytesField(2, [...varintField(1, 12n), ...bytesField(8, text(tag.unit))]),
        ]);
  return [
    ...(tag.name === undefined ? [] : bytesField(1, text(tag.name))),
    ...(tag.alias === undefined ? [] : varintField(2, BigInt(tag.alias))),
    ...(tag.at === undefined ? [] : varintField(3, BigInt(tag.at))),
    ...(tag.datatype === undefined ? [] : varintField(4, BigInt(tag.datatype))),
    ...(tag.isHistorical ? varintField(5, 1n) : []),
    ...(tag.isNull ? varintField(7, 1n) : []),
    ...unit,
    ...(tag.int === undefined ? [] : varintField(10, tag.int)),
    ...(tag.double === undefined ? [] : double(13, tag.double)),
    ...(tag.boolean === undefined ? [] : varintField(14, tag.boolean ? 1n : 0n)),
  ];
}

const AT = 1_790_000_000_000;
function payload(sequence: number | undefined, ...tags: readonly Tag[]): Uint8Array {
  return Uint8Array.from([
    ...varintField(1, BigInt(AT)),
    ...tags.flatMap((tag) => bytesField(2, metric(tag))),
    ...(sequence === undefined ? [] : varintField(3, BigInt(sequence))),
  ]);
}

const birth = (bdSeq: number, ...tags: readonly Tag[]): Uint8Array =>
  payload(0, { name: 'bdSeq', datatype: 8, int: BigInt(bdSeq) }, ...tags);
const asked = ['reply to spBv1.0/g/NCMD/n'];

describe('Sparkplug B', () => {
  test('names and units are told in the birth, data carries aliases', () => {
    const decode = createTestDecoder();
    const tags: Tag[] = [
      { name: 'Room/Temperature', alias: 1, datatype: 10, double: 21.5, unit: '°C' },
      { name: 'Line speed', alias: 2, datatype: 3, int: 4_294_967_295n },
      { name: 'Properties/OS', alias: 3, datatype: 12 },
      { name: 'Node Control/Rebirth', datatype: 11, boolean: false },
    ];
    expect(briefs(decode('spBv1.0/g/NBIRTH/n', birth(0, ...tags)))).toEqual([
      'n online',
      'n/Room/Temperature temperature=21.5 °C',
      'n/Line speed measurement=-1',
    ]);
    expect(
      briefs(decode('spBv1.0/g/NDATA/n', payload(1, { alias: 1, double: 22 }, { alias: 2, int: 4_294_967_294n }))),
    ).toEqual(['n/Room/Temperature temperature=22 °C', 'n/Line speed measurement=-2']);
  });

  test('one sequence over node and device data; a gap or an unknown alias asks for a birth, once', () => {
    const decode = createTestDecoder();
    const door: Tag = { name: 'Door', datatype: 11, boolean: true };
    decode('spBv1.0/g/NBIRTH/n', birth(0));
    expect(briefs(decode('spBv1.0/g/DBIRTH/n/d', payload(1, door)))).toEqual(['n/d online', 'n/d/Door opening=true']);
    expect(briefs(decode('spBv1.0/g/NDATA/n', payload(2)))).toEqual([]);
    expect(briefs(decode('spBv1.0/g/DDATA/n/d', payload(3, door)))).toEqual(['n/d/Door opening=true']);
    expect(briefs(decode('spBv1.0/g/DDATA/n/d', payload(3, door)))).toEqual(['n/d/Door opening=true']);
    expect(briefs(decode('spBv1.0/g/NDATA/n', payload(7)))).toEqual(asked);
    expect(briefs(decode('spBv1.0/g/NDATA/n', payload(9, { alias: 77, double: 1 })))).toEqual([]);
    decode('spBv1.0/g/NBIRTH/n', birth(1));
    expect(briefs(decode('spBv1.0/g/NDATA/n', payload(1, { alias: 77, double: 1 })))).toEqual(asked);
  });

  test('the sequence wraps at 255', () => {
    const decode = createTestDecoder();
    decode('spBv1.0/g/NBIRTH/n', birth(0));
    for (let sequence = 1; sequence < 600; sequence++) {
      expect(briefs(decode('spBv1.0/g/NDATA/n', payload(sequence % 256)))).toEqual([]);
    }
  });

  test('data before any birth asks for one, and what has a name is still read', () => {
    const decoded = createTestDecoder()(
      'spBv1.0/g/NDATA/n',
      payload(5, { name: 'Humidity', datatype: 10, double: 50 }),
    );
    expect(briefs(decoded)).toEqual(['n/Humidity humidity=50', ...asked]);
    const reply = decoded.find((item) => item.type === 'reply');
    const request = reply?.type === 'reply' ? parseSparkplug(reply.payload) : undefined;
    expect(request?.metrics).toMatchObject([{ name: 'Node Control/Rebirth', datatype: 11, value: true }]);
  });

  test('a death belongs to its own birth', () => {
    const decode = createTestDecoder();
    const death = (bdSeq: bigint): Uint8Array => payload(undefined, { name: 'bdSeq', datatype: 8, int: bdSeq });
    decode('spBv1.0/g/NBIRTH/n', birth(4));
    decode('spBv1.0/g/DBIRTH/n/d', payload(1));
    expect(briefs(decode('spBv1.0/g/NDEATH/n', death(3n)))).toEqual([]);
    expect(briefs(decode('spBv1.0/g/DDEATH/n/d', payload(2)))).toEqual(['n/d offline']);
    expect(briefs(decode('spBv1.0/g/NDEATH/n', death(4n)))).toEqual(['n offline', 'n/d offline']);
  });

  test('null and old values, and tags whose unit does not fit their name', () => {
    const decode = createTestDecoder();
    const tags: Tag[] = [
      { name: 'Humidity', datatype: 10, isNull: true },
      { name: 'CO2', datatype: 10, double: 500, at: AT - 60_000, isHistorical: true },
      { name: 'Temperature', datatype: 10, double: 5, unit: 'bar' },
    ];
    const decoded = decode('spBv1.0/g/NBIRTH/n', birth(0, ...tags));
    expect(briefs(decoded)).toEqual(['n online', 'n/CO2 co2=500', 'n/Temperature measurement=5']);
    expect(times(decoded)).toEqual([AT, AT - 60_000, AT]);
    expect(decoded[1]).toMatchObject({ historic: true });
  });

  test.each(['spBv1.0/STATE/host', 'spBv1.0/g/NCMD/n', 'spBv1.0/g/NDATA/n/d'])('%s is not for us', (topic) => {
    expect(briefs(createTestDecoder()(topic, 'ONLINE'))).toEqual([]);
  });

  test('other bytes are refused', () => {
    expect(briefs(createTestDecoder()('spBv1.0/g/NDATA/n', 'hello'))).toEqual(['refused bad-payload']);
    expect(readFields(Uint8Array.of(0x0a, 0xff, 0xff, 0xff, 0xff, 0x7f))).toBeUndefined();
  });
});
