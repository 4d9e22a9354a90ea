/** Terminals and mappings. */
import { describe, expect, test } from 'vitest';
import type { MappingData } from '../../../contracts/mapping.ts';
import { AlreadyExists, type MappingRecord, type TerminalRecord } from '../port.ts';
import { emptyStore, type OpenPlace } from './place.ts';
import { gatewayId, HOSTILE_TEXTS, RECEIVED_AT, schoolId } from './samples.ts';

function terminal(ofSchool: string, id: string, rest: Partial<TerminalRecord> = {}): TerminalRecord {
  return {
    school: schoolId(ofSchool),
    id: gatewayId(id),
    vendor: 'zkteco',
    serial: `${ofSchool} ${id}`,
    tokenHash: null,
    createdAt: RECEIVED_AT,
    ...rest,
  };
}

function mapping(ofSchool: string, id: string, rest: Partial<MappingData> = {}): MappingRecord {
  return {
    school: schoolId(ofSchool),
    mapping: { id, topic: '{device}/data', values: [{ path: '$.a[0]', metric: 'co2', scale: 0.1 }], ...rest },
    changedAt: RECEIVED_AT,
    changedBy: 'kỹ thuật',
  };
}

export function describeTerminals(openPlace: OpenPlace): void {
  describe('terminals', () => {
    test('come back as they were put; a later put replaces every field', async () => {
      const { terminals } = await emptyStore(openPlace);
      const other = terminal('b', 'gate', { vendor: 'hikvision', serial: null, tokenHash: 'cd'.repeat(32) });
      await terminals.put(other);
      for (const version of [
        terminal('a', 'gate'),
        terminal('a', 'gate', { serial: 'x' }),
        terminal('a', 'gate', { vendor: 'hikvision', serial: null, tokenHash: 'ab'.repeat(32) }),
      ]) {
        await terminals.put(version);
        expect(await terminals.ofSchool(version.school)).toEqual([version]);
        expect(await terminals.all()).toEqual([version, other]);
      }
      expect(await terminals.delete(schoolId('a'), gatewayId('gate'))).toBe(true);
      expect(await terminals.delete(schoolId('a'), gatewayId('gate'))).toBe(false);
      expect(await terminals.all()).toEqual([other]);
    });

    test('a serial number or token belongs to one terminal of one school', async () => {
      const { terminals } = await emptyStore(openPlace);
      const first = terminal('a', 'gate', { serial: 's', tokenHash: 't' });
      await terminals.put(first);
      await expect(terminals.put(terminal('b', 'gate', { serial: 's' }))).rejects.toThrow(AlreadyExists);
      await expect(terminals.put(terminal('b', 'gate', { tokenHash: 't' }))).rejects.toThrow(AlreadyExists);
      expect(await terminals.all()).toEqual([first]);
      const none = ['c', 'd'].map((school) => terminal(school, 'gate', { serial: null }));
      for (const one of none) await terminals.put(one);
      expect(await terminals.all()).toEqual([first, ...none]);
    });
  });

  describe('mappings', () => {
    test('come back as they were put, one per school and id', async () => {
      const { mappings } = await emptyStore(openPlace);
      const hostile = HOSTILE_TEXTS.map((device, index) => mapping('a', `m${10 + index}`, { device }));
      for (const one of [...hostile, ...hostile]) await mappings.put(one);
      await mappings.put(mapping('b', 'm10'));
      expect(await mappings.ofSchool(schoolId('a'))).toEqual(hostile);
      expect(await mappings.ofSchool(schoolId('c'))).toEqual([]);
      expect(await mappings.all()).toEqual([...hostile, mapping('b', 'm10')]);
      const changed = { ...mapping('b', 'm10', { topic: '#' }), changedBy: 'ai khác', changedAt: 1 };
      await mappings.put(changed);
      expect(await mappings.ofSchool(schoolId('b'))).toEqual([changed]);
      expect(await mappings.delete(schoolId('b'), 'm10')).toBe(true);
      expect(await mappings.delete(schoolId('b'), 'm10')).toBe(false);
      expect(await mappings.all()).toEqual(hostile);
    });
  });
}
