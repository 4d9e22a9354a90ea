/** Areas, schools, rooms. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LEVELS } from '../../../contracts/places.ts';
import { emptyStore, type OpenPlace } from './place.ts';
import { anyText, area, areaId, byCodePoint, HOSTILE_TEXTS, room, roomId, school, schoolId } from './samples.ts';

export function describePlaces(openPlace: OpenPlace): void {
  describe('areas', () => {
    test('come back as they were put, and a later put replaces every field', async () => {
      const { areas } = await emptyStore(openPlace);
      expect(await areas.get(areaId('74'))).toBeUndefined();
      const full = area('74', { parent: areaId('79'), validFrom: '2004-01-01', validTo: '2025-07-01' });
      const bare = area('74', { name: 'Bình Dương 🏞', kind: 'province' });
      for (const version of [full, full, bare, full]) {
        await areas.put(version);
        expect(await areas.get(areaId('74'))).toEqual(version);
      }
      expect(await areas.all()).toEqual([full]);
    });

    test('putMany: of two with one id the later counts, and none is fine', async () => {
      const { areas } = await emptyStore(openPlace);
      await areas.putMany([]);
      await areas.putMany([area('b'), area('a', { name: 'cũ' }), area('a', { name: 'mới' })]);
      expect(await areas.all()).toEqual([area('a', { name: 'mới' }), area('b')]);
    });

    test('any text is data, as id and as name', async () => {
      const { areas } = await emptyStore(openPlace);
      const hostile = HOSTILE_TEXTS.filter((text) => text.length < 500).map((text) =>
        area(text, { name: text, kind: text }),
      );
      await areas.putMany(hostile);
      for (const one of hostile) expect(await areas.get(one.id)).toEqual(one);
      expect(await areas.all()).toHaveLength(hostile.length);

      await fc.assert(
        fc.asyncProperty(anyText, anyText, async (id, name) => {
          await areas.put(area(id, { name }));
          expect(await areas.get(areaId(id))).toEqual(area(id, { name }));
        }),
        { numRuns: 60 },
      );
    });

    test('all() is ordered by code point in every database', async () => {
      const { areas } = await emptyStore(openPlace);
      const ids = ['b', 'B', 'a', 'A', 'ă', 'Đ', 'd', 'e', '10', '9', '-1', '_', 'a-b', 'ab', 'a.b', '🏫', '\uffee'];
      await areas.putMany(ids.map((id) => area(id)));
      expect((await areas.all()).map((one) => one.id)).toEqual(ids.sort(byCodePoint));
    });
  });

  describe('schools', () => {
    test('come back as they were put, to the last digit of the position', async () => {
      const { schools } = await emptyStore(openPlace);
      const versions = [
        school('a'),
        school('a', { students: null, simulated: true, name: 'Trường "Tiểu học" 1\'', area: areaId('79') }),
        school('a', { students: 0, position: [-180, 90] }),
        ...LEVELS.map((level) => school('a', { level })),
      ];
      for (const version of versions) {
        await schools.put(version);
        expect(await schools.get(schoolId('a'))).toEqual(version);
      }
      expect(await schools.all()).toHaveLength(1);
      expect(await schools.get(schoolId('b'))).toBeUndefined();
    });

    test('3,500 at once, twice', async () => {
      const { schools } = await emptyStore(openPlace);
      const many = Array.from({ length: 3_500 }, (_, index) => school(`s${String(index).padStart(4, '0')}`));
      await schools.putMany(many);
      await schools.putMany(many);
      expect(await schools.all()).toEqual(many);
    });
  });

  describe('rooms', () => {
    test('belong to their school', async () => {
      const { rooms } = await emptyStore(openPlace);
      await rooms.putMany([room('a', '2'), room('a', '1'), room('b', '1', { name: 'Phòng khác', kind: 'lab' })]);
      expect(await rooms.ofSchool(schoolId('a'))).toEqual([room('a', '1'), room('a', '2')]);
      expect(await rooms.get(schoolId('b'), roomId('1'))).toEqual(room('b', '1', { name: 'Phòng khác', kind: 'lab' }));
      expect(await rooms.get(schoolId('b'), roomId('2'))).toBeUndefined();
      await rooms.put(room('a', '1', { kind: 'library' }));
      expect(await rooms.get(schoolId('a'), roomId('1'))).toEqual(room('a', '1', { kind: 'library' }));
      expect(await rooms.ofSchool(schoolId('__proto__'))).toEqual([]);
    });
  });
}
