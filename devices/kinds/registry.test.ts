import { describe, expect, test } from 'vitest';
import { isMetric, METRICS, type MetricId } from '../../contracts/metrics.ts';
import { ROOM_KINDS } from '../../contracts/places.ts';
import { guessKind, kindById, kinds } from './registry.ts';

describe.each(kinds)('$id', (kind) => {
  test('is found by its id and has words in both languages', () => {
    expect(kindById(kind.id)).toBe(kind);
    expect(kind.id).toMatch(/^[a-z][a-z_]*$/);
    expect(kind.words.vi.trim()).not.toBe('');
    expect(kind.words.en.trim()).not.toBe('');
    expect(kind.words.vi).toBe(kind.words.vi.normalize('NFC'));
  });

  test('measures metrics that exist, in rooms that exist, and says how long silence is normal', () => {
    expect(kind.metrics.every(isMetric)).toBe(true);
    expect(new Set(kind.metrics).size).toBe(kind.metrics.length);
    expect(kind.rooms.every((room) => ROOM_KINDS.includes(room))).toBe(true);
    expect(kind.expectedIntervalMs === null || kind.expectedIntervalMs >= 60_000).toBe(true);
  });

  test('clears on the good side of where it raises, within what the metric can be, and names its source', () => {
    for (const [metric, limits] of Object.entries(kind.limits)) {
      expect(isMetric(metric)).toBe(true);
      const { min, max } = METRICS[metric as MetricId];
      for (const { direction, raise, clear, source } of limits) {
        expect(direction === 'above' ? clear < raise : clear > raise).toBe(true);
        for (const value of [raise, clear]) expect(value >= min && value <= max).toBe(true);
        expect(source.length).toBeGreaterThan(10);
      }
    }
  });
});

test('ids are unique', () => {
  expect(new Set(kinds.map((kind) => kind.id)).size).toBe(kinds.length);
});

test.each<[MetricId[], string | undefined]>([
  [['temperature', 'humidity', 'co2', 'battery'], 'classroom_air'],
  [['temperature', 'humidity'], 'climate'],
  [['opening', 'battery', 'temperature'], 'door_contact'],
  [['occupancy', 'illuminance'], 'occupancy'],
  [['gas_alarm', 'gas_lel'], 'lab_gas'],
  [['smoke_alarm', 'co'], 'smoke'],
  [['power', 'switch_on', 'energy'], 'plug'],
  [['power', 'voltage'], 'energy_meter'],
  [['people_in', 'people_out'], 'people_counter'],
  [['sound_level'], 'noise'],
  [['battery', 'rssi'], undefined],
  [['signal'], 'generic'],
  [[], undefined],
])('%j is guessed as %s', (metrics, expected) => {
  expect(guessKind(new Set(metrics))?.id).toBe(expected);
});

test('names of Object.prototype are no kinds', () => {
  expect(kindById('constructor')).toBeUndefined();
  expect(kindById('__proto__')).toBeUndefined();
});
