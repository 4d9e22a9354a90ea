import { encode } from 'cbor-x';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { briefs, times } from '../testing/brief.ts';
import { createTestDecoder, RECEIVED_AT } from '../testing/message.ts';
import { parseCbor } from './cbor.ts';

const decode = createTestDecoder();
const read = (pack: unknown): string[] => briefs(decode('air-101/readings', JSON.stringify(pack)));

describe('a SenML pack', () => {
  test('resolves base fields for all records after them', () => {
    const pack = [
      { bn: 'window/', bt: 1_790_000_000, bu: 'Cel', n: 'temperature', v: 28.4 },
      { n: 'humidity', u: '%RH', v: 61, t: -60 },
      { bn: '', n: 'co2', u: 'ppm', v: 812 },
    ];
    expect(read(pack)).toEqual([
      'air-101/window temperature=28.4 Cel',
      'air-101/window humidity=61 %RH',
      'air-101 co2=812 ppm',
    ]);
    expect(times(decode('air-101/readings', JSON.stringify(pack)))).toEqual([
      1_790_000_000_000, 1_789_999_940_000, 1_790_000_000_000,
    ]);
  });

  test('adds the base value, and a record of base fields alone is no reading', () => {
    expect(
      read([
        { bn: 'air-101/', bv: 20 },
        { n: 'temperature', u: 'Cel', v: 1.5 },
      ]),
    ).toEqual(['air-101 temperature=21.5 Cel']);
  });

  test.each([
    [
      { bn: 'urn:dev:mac:0024befffe804ff1:', n: 'temperature', v: 1 },
      'air-101/urn:dev:mac:0024befffe804ff1 temperature=1',
    ],
    [{ n: 'rack/2/temperature', v: 1 }, 'air-101/rack/2 temperature=1'],
    [{ n: 'opening', vb: true }, 'air-101 opening=true'],
    [{ n: 'opening', v: 0 }, 'air-101 opening=0'],
    [{ bn: 'temperature', v: 3 }, 'air-101 temperature=3'],
    [{ n: 'power', u: 'W', s: 3_600_000 }, 'air-101 energy=3600000 J'],
  ])('%j', (record, expected) => {
    expect(read([record])).toEqual([expected]);
  });

  test('times: absent is now, small is relative, large ones tell their unit by size', () => {
    const at = (t: number | undefined): unknown =>
      times(decode('a/readings', JSON.stringify([{ n: 'co2', v: 500, t }])))[0];
    expect(at(undefined)).toBeUndefined();
    expect(at(0)).toBeUndefined();
    expect(at(-30)).toBe(RECEIVED_AT - 30_000);
    expect(at(1_790_000_000.25)).toBe(1_790_000_000_250);
    expect(at(1_790_000_000_250)).toBe(1_790_000_000_250);
    expect(at(1_790_000_000_250_000)).toBe(1_790_000_000_250);
    expect(at(1_790_000_000_250_000_000)).toBe(1_790_000_000_250);
  });

  test.each<[string, unknown, string]>([
    ['no array', { n: 'co2', v: 1 }, 'refused bad-payload'],
    ['unknown metric', [{ n: 'eco2', v: 1 }], 'refused unknown-metric'],
    ['prototype name', [{ n: 'constructor', v: 1 }], 'refused unknown-metric'],
    ['text value', [{ n: 'co2', vs: '812' }], 'refused bad-payload'],
    ['no value', [{ n: 'co2' }], 'refused bad-payload'],
    ['number for true', [{ n: 'opening', v: 0.5 }], 'refused bad-payload'],
    ['true for number', [{ n: 'co2', vb: true }], 'refused bad-payload'],
    ['text time', [{ n: 'co2', v: 1, t: 'now' }], 'refused bad-time'],
    ['newer version', [{ bver: 11, n: 'co2', v: 1 }], 'refused bad-payload'],
    ['label that must be understood', [{ n: 'co2', v: 1, x_: 1 }], 'refused bad-payload'],
    ['base of the wrong type', [{ bn: 5, n: 'co2', v: 1 }], 'refused bad-payload'],
  ])('%s', (_, pack, expected) => {
    expect(read(pack)).toEqual([expected]);
  });

  test('a bad record does not take the good ones with it', () => {
    expect(read([{ n: 'co2', v: 800 }, 5, { n: 'x', v: 1 }, { n: 'humidity', v: 50 }])).toEqual([
      'air-101 co2=800',
      'refused bad-payload',
      'refused unknown-metric',
      'air-101 humidity=50',
    ]);
  });

  test('CBOR says the same with numbers for labels', () => {
    const pack = [
      new Map<unknown, unknown>([
        [-2, 'window/'],
        [-3, 1_790_000_000.5],
        [0, 'temperature'],
        [1, 'Cel'],
        [2, 28.25],
      ]),
      new Map<unknown, unknown>([
        [0, 'occupancy'],
        [4, true],
      ]),
    ];
    const bytes = Uint8Array.from(encode(pack));
    expect(briefs(decode('a/readings', bytes))).toEqual(['a/window temperature=28.25 Cel', 'a/window occupancy=true']);
    expect(times(decode('a/readings', bytes))).toEqual([1_790_000_000_500, 1_790_000_000_500]);
    expect(briefs(decode('a/readings', bytes.subarray(0, -1)))).toEqual(['refused bad-payload']);
  });

  test('only one level names a device', () => {
    expect(briefs(decode('a/b/readings', '[]'))).toEqual(['refused unknown-format']);
  });
});

describe('the CBOR reader', () => {
  test('reads what another encoder writes', () => {
    const leaf = fc.oneof(
      fc.integer(),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.boolean(),
      fc.string(),
      fc.constant(null),
    );
    fc.assert(
      fc.property(fc.array(fc.array(fc.oneof(leaf, fc.array(leaf)))), (value) => {
        // -0 becomes 0 on the way, as it may.
        expect(parseCbor(Uint8Array.from(encode(value)))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  test.each<[string, unknown]>([
    ['c48221196ab3', 273.15],
    ['c5822003', 1.5],
    ['9f0102ff', [1, 2]],
    ['bf6161f93e00ff', new Map([['a', 1.5]])],
    ['7f616162626364ff', undefined],
    ['7f6161626263ff', 'abc'],
    ['3903e7', -1000],
    ['9b00ffffffffffffff', undefined],
    ['ff', undefined],
    ['', undefined],
    ['0000', undefined],
  ])('%s', (hex, expected) => {
    expect(parseCbor(Buffer.from(hex, 'hex'))).toEqual(expected);
  });

  test('stops at nesting instead of exhausting the stack', () => {
    expect(parseCbor(Buffer.alloc(100_000, 0x81))).toBeUndefined();
  });
});
