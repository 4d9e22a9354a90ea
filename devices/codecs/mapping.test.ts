import { describe, expect, test } from 'vitest';
import { type MappingData, mappingData } from '../../contracts/mapping.ts';
import { briefs, times } from '../testing/brief.ts';
import { createTestMemories } from '../testing/memory.ts';
import { deviceLookup, messageOf } from '../testing/message.ts';
import { compileMapping } from './mapping.ts';
import { withMappings } from './registry.ts';

function run(
  data: unknown,
  topic: string,
  payload: string | object,
): ReturnType<ReturnType<typeof compileMapping>['decode']> | undefined {
  const mapping = compileMapping(mappingData.parse(data));
  const memoryOf = createTestMemories();
  if (!mapping.claims(topic, memoryOf(mapping.id))) return undefined;
  return mapping.decode(messageOf(topic, payload), { memory: memoryOf(mapping.id), device: deviceLookup({}) });
}

const weather = {
  id: 'weather',
  topic: 'factory/{device}/+/data',
  timePath: 'meta.ts',
  values: [
    { path: '$.data[0].temp', metric: 'temperature', unit: '°F' },
    { path: "data[0]['hum x']", metric: 'humidity', scale: 0.1 },
    { path: 'door', metric: 'opening' },
  ],
} satisfies Partial<MappingData>;

describe('a technician’s mapping', () => {
  test('takes the device from the topic, values by path, unit, scale and time', () => {
    const decoded =
      run(weather, 'factory/m-1/7/data', {
        data: [{ temp: '68', 'hum x': 455 }],
        door: 'open',
        meta: { ts: 1_790_000_000 },
      }) ?? [];
    expect(briefs(decoded)).toEqual(['m-1 temperature=68 °F', 'm-1 humidity=45.5', 'm-1 opening=true']);
    expect(times(decoded)).toEqual([1_790_000_000_000, 1_790_000_000_000, 1_790_000_000_000]);
  });

  test.each([
    ['factory/m-1/data', false],
    ['factory/m-1/7/data/more', false],
    ['factory/m-1/7/other', false],
    ['factory/m-1/7/data', true],
  ])('%s matches: %s', (topic, expected) => {
    expect(run(weather, topic, '{}') !== undefined).toBe(expected);
  });

  test('plain values, several items, cards', () => {
    const plain = { id: 'p', topic: '{device}/{sensor}/value/#', values: [{ path: '', metric: 'temperature' }] };
    expect(briefs(run(plain, 'room/north/value', '21.5') ?? [])).toEqual(['room/north temperature=21.5']);
    const list = {
      id: 'l',
      topic: 'list',
      itemsPath: 'items',
      devicePath: 'id',
      values: [{ path: 'c', metric: 'co2' }],
    };
    expect(briefs(run(list, 'list', { items: [{ id: 'a', c: 500 }, { id: 7, c: 0 }, { c: 600 }] }) ?? [])).toEqual([
      'a co2=500',
      'refused warm-up',
      'refused bad-device',
    ]);
    const gate = { id: 'g', topic: 'gate', device: 'gate-1', values: [], scan: { path: 'card', type: 'rfid' } };
    expect(briefs(run(gate, 'gate', { card: '0099' }) ?? [])).toEqual(['gate-1 rfid:0099']);
  });

  test('a message with none of its values is refused, not silently dropped', () => {
    expect(briefs(run(weather, 'factory/m-1/7/data', { other: 1 }) ?? [])).toEqual(['refused bad-payload']);
    expect(briefs(run(weather, 'factory/m-1/7/data', { ['__proto__']: 1 }) ?? [])).toEqual(['refused bad-payload']);
  });

  test('a metric that does not exist is refused when the mapping is made', () => {
    expect(mappingData.safeParse({ ...weather, values: [{ path: 'x', metric: 'constructor' }] }).success).toBe(false);
  });

  test('comes before the formats we know', () => {
    const mapping = compileMapping(mappingData.parse({ id: 'm', topic: 'a/readings', device: 'x', values: [] }));
    const memoryOf = createTestMemories();
    expect(withMappings([mapping])('a/readings', memoryOf)?.id).toBe('mapping:m');
    expect(withMappings([mapping])('b/readings', memoryOf)?.id).toBe('senml');
  });
});
