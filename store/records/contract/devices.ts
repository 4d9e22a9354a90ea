/** Gateways and devices. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Device, Gateway } from '../../../contracts/device.ts';
import { AlreadyExists, type GatewayCredential } from '../port.ts';
import { emptyStore, type OpenPlace } from './place.ts';
import {
  anyText,
  device,
  deviceId,
  gateway,
  gatewayId,
  HOSTILE_TEXTS,
  RECEIVED_AT,
  roomId,
  schoolId,
} from './samples.ts';

export function describeDevices(openPlace: OpenPlace): void {
  describe('gateways', () => {
    test('come back with their hash for the intake and without it for everybody else', async () => {
      const { gateways } = await emptyStore(openPlace);
      const one = gateway('a', 'gw-1');
      const other = gateway('b', 'gw-1', { createdAt: 5, rotatedAt: RECEIVED_AT });
      await gateways.create(other);
      await gateways.create(one);
      expect(await gateways.credentials()).toEqual([one, other]);
      expect(await gateways.ofSchool(schoolId('a'))).toEqual([withoutHash(one)]);
      expect(await gateways.ofSchool(schoolId('b'))).toEqual([withoutHash(other)]);
      expect(await gateways.ofSchool(schoolId('c'))).toEqual([]);
    });

    test('a taken id or user name rejects with AlreadyExists and changes nothing', async () => {
      const { gateways } = await emptyStore(openPlace);
      const first = gateway('a', 'gw');
      await gateways.create(first);
      await expect(gateways.create(gateway('a', 'gw', { username: 'x', secretHash: 'x' }))).rejects.toThrow(
        AlreadyExists,
      );
      await expect(gateways.create(gateway('b', 'gw', { username: first.username }))).rejects.toThrow(AlreadyExists);
      await expect(gateways.createMany([gateway('c', 'new'), first])).rejects.toThrow(AlreadyExists);
      await expect(gateways.createMany([gateway('d', 'twice'), gateway('d', 'twice')])).rejects.toThrow(AlreadyExists);
      expect(await gateways.credentials()).toEqual([first]);
    });

    test('createMany creates thousands, or none when one of the last is taken', async () => {
      const { gateways } = await emptyStore(openPlace);
      const many = Array.from({ length: 3_500 }, (_, index) => gateway(`s${String(index).padStart(4, '0')}`, 'gw'));
      const taken = gateway('s3499', 'gw');
      await gateways.create(taken);
      await expect(gateways.createMany(many)).rejects.toThrow(AlreadyExists);
      expect(await gateways.credentials()).toEqual([taken]);
      await gateways.delete(taken.school, taken.id);
      await gateways.createMany(many);
      await gateways.createMany([]);
      expect(await gateways.credentials()).toEqual(many);
    });

    test('of many creations of one gateway at once exactly one wins', async () => {
      const { gateways } = await emptyStore(openPlace);
      const rivals = Array.from({ length: 20 }, (_, index) => gateway('a', 'gw', { secretHash: `hash ${index}` }));
      const outcomes = await Promise.allSettled(rivals.map((rival) => gateways.create(rival)));
      const winners = rivals.filter((_, index) => outcomes[index]?.status === 'fulfilled');
      expect(winners).toHaveLength(1);
      const refusals = outcomes.filter((outcome) => outcome.status === 'rejected');
      for (const { reason } of refusals) expect(reason).toBeInstanceOf(AlreadyExists);
      expect(await gateways.credentials()).toEqual(winners);
    });

    test('setSecret and delete say whether there was such a gateway', async () => {
      const { gateways } = await emptyStore(openPlace);
      const [a, gw] = [schoolId('a'), gatewayId('gw')];
      await gateways.create(gateway('a', 'gw'));
      await gateways.create(gateway('b', 'gw'));
      expect(await gateways.setSecret(a, gw, 'new hash', 7.5)).toBe(true);
      expect(await gateways.setSecret(a, gatewayId('other'), 'x', 1)).toBe(false);
      const rotated = gateway('a', 'gw', { secretHash: 'new hash', rotatedAt: 7.5 });
      expect(await gateways.credentials()).toEqual([rotated, gateway('b', 'gw')]);
      expect(await gateways.delete(a, gw)).toBe(true);
      expect(await gateways.delete(a, gw)).toBe(false);
      expect(await gateways.credentials()).toEqual([gateway('b', 'gw')]);
      await gateways.create(rotated);
    });
  });

  describe('devices', () => {
    const full = device('a', 'Cảm biến/6A1 🌡', {
      enrolment: 'enrolled',
      kind: 'classroom-air',
      room: roomId('6a1'),
      gateway: gatewayId('gw-1'),
      codec: 'zigbee2mqtt',
      model: 'SCD41',
      firstSeenAt: RECEIVED_AT,
      options: { base: 'a/b', nested: { list: [1, null, true, 'x\u0000\ud800'] }, '': 0, constructor: 'text' },
    });

    test('come back as they were put, and a later put replaces every field', async () => {
      const { devices } = await emptyStore(openPlace);
      expect(await devices.get(full.school, full.id)).toBeUndefined();
      const versions = [full, full, device('a', full.id), { ...full, enrolment: 'retired' } as const];
      for (const version of versions) {
        await devices.put(version);
        expect(await devices.get(full.school, full.id)).toEqual(version);
        expect(await devices.all()).toEqual([version]);
      }
    });

    test('an option called __proto__ is an option', async () => {
      const { devices } = await emptyStore(openPlace);
      // Only JSON text can make this object; it is what a hostile request arrives as.
      const options = JSON.parse('{"__proto__":{"polluted":true},"a":1}') as Device['options'];
      await devices.put(device('a', 'd', { options }));
      const stored = await devices.get(schoolId('a'), deviceId('d'));
      expect(JSON.stringify(stored?.options)).toBe('{"__proto__":{"polluted":true},"a":1}');
      expect('polluted' in {}).toBe(false);
    });

    test('any text is a device id', async () => {
      const { devices } = await emptyStore(openPlace);
      const hostile = HOSTILE_TEXTS.filter((text) => text.length < 500).map((text) => device(text, text));
      await devices.putMany(hostile);
      for (const one of hostile) expect(await devices.get(one.school, one.id)).toEqual(one);
      await fc.assert(
        fc.asyncProperty(anyText, anyText, async (ofSchool, id) => {
          await devices.put(device(ofSchool, id, { kind: id }));
          expect(await devices.get(schoolId(ofSchool), deviceId(id))).toEqual(device(ofSchool, id, { kind: id }));
        }),
        { numRuns: 60 },
      );
    });

    test('10,000 at once, replaced at once, read at once', async () => {
      const { devices } = await emptyStore(openPlace);
      const many = Array.from({ length: 10_000 }, (_, index) =>
        device(`s${String(index % 100).padStart(3, '0')}`, `d${String(index).padStart(5, '0')}`),
      );
      await devices.putMany(many);
      const enrolled = many.map((one) => ({ ...one, kind: 'meter', options: { index: one.id } }));
      await devices.putMany([...many, ...enrolled]);
      const stored = await devices.all();
      const place = (one: Device) => `${one.school} ${one.id}`;
      expect(stored).toEqual(enrolled.sort((one, other) => (place(one) < place(other) ? -1 : 1)));
    });

    test('putMany that fails half way leaves nothing, and the store goes on', async () => {
      const { devices } = await emptyStore(openPlace);
      const many = Array.from({ length: 5_000 }, (_, index) => device('a', `d${index}`));
      // A column of the last row that the tables do not allow: no value.
      const broken = { ...device('a', 'broken'), enrolment: null } as unknown as Device;
      await expect(devices.putMany([...many, broken])).rejects.toThrow(/null/i);
      expect(await devices.all()).toEqual([]);
      await devices.put(full);
      expect(await devices.all()).toEqual([full]);
    });

    test('writes at once with long transactions are all kept', async () => {
      const { devices } = await emptyStore(openPlace);
      const many = Array.from({ length: 4_000 }, (_, index) => device('a', `many${index}`));
      const broken = { ...device('b', 'broken'), enrolment: null } as unknown as Device;
      const outcomes = await Promise.allSettled([
        devices.putMany(many),
        ...Array.from({ length: 50 }, (_, index) => devices.put(device('a', `single${index}`))),
        devices.putMany([...many.map((one) => ({ ...one, school: schoolId('b') })), broken]),
        ...Array.from({ length: 50 }, (_, index) => devices.put(device('a', `later${index}`))),
      ]);
      expect(outcomes.filter((outcome) => outcome.status === 'rejected')).toHaveLength(1);
      const stored = await devices.all();
      expect(stored).toHaveLength(4_100);
      expect(stored.every((one) => one.school === 'a')).toBe(true);
    });
  });
}

function withoutHash({ id, school, username, createdAt, rotatedAt }: GatewayCredential): Gateway {
  return { id, school, username, createdAt, rotatedAt };
}
