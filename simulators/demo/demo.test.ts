import { describe, expect, test } from 'vitest';
import { device } from '../../contracts/device.ts';
import { area, room, school } from '../../contracts/places.ts';
import { kindById } from '../../devices/kinds/registry.ts';
import { buildDemo } from './demo.ts';
import { demoPeople } from './people.ts';

const demo = buildDemo(7);

const unique = (keys: readonly string[]): void => expect(new Set(keys).size).toBe(keys.length);

describe('the demonstration data', () => {
  test('fits the contracts', () => {
    for (const entry of demo.areas) expect(area.parse(entry)).toEqual(entry);
    for (const entry of demo.schools) expect(school.parse(entry)).toEqual(entry);
    for (const entry of demo.rooms) expect(room.parse(entry)).toEqual(entry);
    for (const entry of demo.devices) expect(device.parse(entry)).toEqual(entry);
  });

  test('is the same for the same seed and another for another', () => {
    expect(buildDemo(7)).toEqual(demo);
    expect(buildDemo(8).schools).not.toEqual(demo.schools);
  });

  test('has 57 schools of three levels with different ids and names, all marked as simulated', () => {
    expect(demo.schools).toHaveLength(57);
    unique(demo.schools.map(({ id }) => id));
    unique(demo.schools.map(({ name }) => name));
    expect(new Set(demo.schools.map(({ level }) => level))).toEqual(new Set(['mam_non', 'tieu_hoc', 'thcs']));
    expect(demo.schools.every(({ simulated }) => simulated)).toBe(true);
    for (const { students } of demo.schools) expect(students).toSatisfy((n: number) => n >= 200 && n <= 1_800);
  });

  test('stands in and around Thủ Dầu Một, no school on top of another', () => {
    for (const { position } of demo.schools) {
      expect(position[0]).toSatisfy((longitude: number) => longitude >= 106.61 && longitude <= 106.72);
      expect(position[1]).toSatisfy((latitude: number) => latitude >= 10.93 && latitude <= 11.06);
    }
    unique(demo.schools.map(({ position }) => position.join(' ')));
  });

  test('has areas of both eras; schools hang on wards of today', () => {
    unique(demo.areas.map(({ id }) => id));
    const byId = new Map(demo.areas.map((entry) => [entry.id, entry]));
    for (const { parent } of demo.areas) expect(parent === null || byId.has(parent)).toBe(true);
    expect(demo.areas.some(({ validTo }) => validTo === '2025-07-01')).toBe(true);
    for (const { area: ward } of demo.schools)
      expect(byId.get(ward)).toMatchObject({ parent: 'hcm', validFrom: '2025-07-01', validTo: null });
    expect(new Set(demo.schools.map(({ area: ward }) => ward)).size).toBe(5);
  });

  test('equips every school with 8 to 15 devices of known kinds in rooms that exist', () => {
    const rooms = new Set(demo.rooms.map(({ school: owner, id }) => `${owner} ${id}`));
    unique([...demo.rooms.map(({ school: owner, id }) => `${owner} ${id}`)]);
    unique(demo.devices.map(({ school: owner, id }) => `${owner} ${id}`));
    for (const { school: owner, room: where, kind } of demo.devices) {
      expect(rooms.has(`${owner} ${where}`)).toBe(true);
      expect(kindById(kind ?? '')).toBeDefined();
    }
    for (const { id } of demo.schools)
      expect(demo.devices.filter((entry) => entry.school === id).length).toSatisfy((n: number) => n >= 8 && n <= 15);
    expect(demo.devices.length).toSatisfy((n: number) => n >= 550 && n <= 750);
  });

  test('gives every school a gateway', () => {
    expect(demo.gateways.map(({ school: owner }) => owner)).toEqual(demo.schools.map(({ id }) => id));
  });

  test('accounts have different names', () => {
    expect(new Set(demo.demoAccounts.map(({ username }) => username)).size).toBe(demo.demoAccounts.length);
  });

  test('grows to a whole city; the first schools keep their ids', () => {
    const city = buildDemo(7, { schools: 3_500 });
    unique(city.schools.map(({ id }) => id));
    unique(city.schools.map(({ name }) => name));
    expect(city.schools.slice(0, 57).map(({ id }) => id)).toEqual(demo.schools.map(({ id }) => id));
  });

  test('refuses a number of schools that is none', () => {
    expect(() => buildDemo(1, { schools: 0 })).toThrow('from 1 to');
    expect(() => buildDemo(1, { schools: 2.5 })).toThrow('whole number');
  });
});

describe('the people', () => {
  test('are as many pupils as the school has, each with a card and a code of their own', () => {
    for (const entry of demo.schools.slice(0, 12)) {
      const people = demoPeople(demo.seed, entry);
      expect(people.filter(({ kind }) => kind === 'student')).toHaveLength(entry.students ?? 0);
      expect(people.some(({ kind }) => kind === 'staff')).toBe(true);
      unique(people.map(({ person }) => person));
      unique(people.map(({ credentials: [credential] }) => credential.value));
      for (const { kind, class: name } of people) expect(name === null).toBe(kind === 'staff');
    }
  });
});
