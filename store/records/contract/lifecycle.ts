/** Starting, migrating, stopping, reopening. */
import { describe, expect, test } from 'vitest';
import { emptyPlace, emptyStore, type OpenPlace, startedStore } from './place.ts';
import { area, device, gateway, refused, room, school, schoolId, token, user } from './samples.ts';

export function describeLifecycle(openPlace: OpenPlace): void {
  describe('lifecycle', () => {
    test('what was put is there after stop and start, of the same store and of a new one', async () => {
      const place = await emptyPlace(openPlace);
      const store = await startedStore(place);
      await store.areas.put(area('25747'));
      await store.schools.put(school('a'));
      await store.rooms.put(room('a', '6a1'));
      await store.gateways.create(gateway('a', 'gw'));
      await store.devices.put(device('a', 'd'));
      await store.users.put(user('u'));
      await store.tokens.put(token('t'));
      await store.quarantine.add([refused(1)]);
      await store.codecMemory.put([{ scope: 's', key: 'k', value: 1 }]);
      await store.securityEvents.add({ at: 1, kind: 'login', school: null, gateway: null, detail: '' });
      await store.settings.put('n', { v: 1 });

      const everything = async (of: typeof store) => ({
        areas: await of.areas.all(),
        schools: await of.schools.all(),
        rooms: await of.rooms.ofSchool(schoolId('a')),
        gateways: await of.gateways.credentials(),
        devices: await of.devices.all(),
        users: await of.users.all(),
        tokens: await of.tokens.all(),
        quarantine: await of.quarantine.list({ limit: 10 }),
        codecMemory: await of.codecMemory.all(),
        securityEvents: await of.securityEvents.list({ limit: 10 }),
        settings: [await of.settings.get('n')],
      });
      const before = await everything(store);
      for (const [what, kept] of Object.entries(before)) expect(kept, what).toHaveLength(1);
      expect(before.settings).toEqual([{ v: 1 }]);

      await store.stop();
      await store.start();
      expect(await everything(store)).toEqual(before);
      await store.stop();
      expect(await everything(await startedStore(place))).toEqual(before);
    });

    test('before start and after stop every question rejects with a sentence; stopping twice is harmless', async () => {
      const store = (await emptyPlace(openPlace)).open();
      await expect(store.areas.all()).rejects.toThrow('not started');
      await expect(store.check()).rejects.toThrow('not started');
      await store.start();
      await expect(store.start()).rejects.toThrow('started already');
      await store.check();
      await store.stop();
      await store.stop();
      await expect(store.areas.put(area('a'))).rejects.toThrow('not started');
    });

    test('stop lets writes under way finish', async () => {
      const place = await emptyPlace(openPlace);
      const store = await startedStore(place);
      const devices = Array.from({ length: 3_000 }, (_, index) => device('a', `d${index}`));
      const writing = Promise.all([
        store.devices.putMany(devices),
        ...Array.from({ length: 20 }, (_, index) => store.areas.put(area(`${index}`))),
      ]);
      await Promise.all([store.stop(), writing]);
      const reopened = await startedStore(place);
      expect(await reopened.devices.all()).toHaveLength(3_000);
      expect(await reopened.areas.all()).toHaveLength(20);
    });

    test('check writes again and again', async () => {
      const store = await emptyStore(openPlace);
      for (let round = 0; round < 3; round++)
        expect(await Promise.all([store.check(), store.check()])).toEqual([undefined, undefined]);
    });

    test('a newer schema refuses the start with a sentence and is left alone', async () => {
      const place = await emptyPlace(openPlace);
      const store = await startedStore(place);
      await store.areas.put(area('25747'));
      await store.stop();
      const future = "'9999-from-the-future'";
      await place.execute(
        `insert into kysely_migration (name, timestamp) values (${future}, '2030-01-01T00:00:00.000Z')`,
      );
      const refusedStore = place.open();
      await expect(refusedStore.start()).rejects.toThrow(/newer than this program.*9999-from-the-future/);
      await expect(refusedStore.areas.all()).rejects.toThrow('not started');

      await place.execute(`delete from kysely_migration where name = ${future}`);
      expect(await (await startedStore(place)).areas.all()).toEqual([area('25747')]);
    });
  });
}
