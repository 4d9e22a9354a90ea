/** Users and tokens. */
import { describe, expect, test } from 'vitest';
import { emptyStore, type OpenPlace } from './place.ts';
import { areaId, HOSTILE_TEXTS, RECEIVED_AT, schoolId, token, user } from './samples.ts';

export function describePeople(openPlace: OpenPlace): void {
  describe('users', () => {
    test('come back as they were put, and a later put replaces every field', async () => {
      const { users } = await emptyStore(openPlace);
      expect(await users.get('lan')).toBeUndefined();
      const full = user('lan', {
        displayName: 'Nguyễn Thị Lan “Cô Lan”',
        scopeArea: areaId('74'),
        scopeSchool: schoolId('a'),
        passwordHash: 'scrypt$…',
        disabledAt: RECEIVED_AT,
      });
      for (const version of [full, user('lan', { role: 'admin' }), full]) {
        await users.put(version);
        expect(await users.get('lan')).toEqual(version);
      }
      expect(await users.all()).toEqual([full]);
    });

    test('any text may be asked for as a user name, and is told apart exactly', async () => {
      const { users } = await emptyStore(openPlace);
      for (const text of HOSTILE_TEXTS) expect(await users.get(text)).toBeUndefined();
      for (const name of ['lan', 'Lan', 'LAN', 'lan ', 'lân', 'lan\u0000'])
        await users.put(user(name, { displayName: name }));
      expect(await users.all()).toHaveLength(6);
      expect((await users.get('Lan'))?.displayName).toBe('Lan');
      expect((await users.get('lan\u0000'))?.displayName).toBe('lan\u0000');
    });
  });

  describe('tokens', () => {
    test('are found by their hash, replaced and deleted by their id', async () => {
      const { tokens } = await emptyStore(openPlace);
      const full = token('t1', {
        kind: 'token',
        username: 'lan',
        scopeArea: areaId('74'),
        scopeSchool: schoolId('a'),
        expiresAt: RECEIVED_AT + 0.5,
        lastUsedAt: RECEIVED_AT,
      });
      await tokens.put(full);
      await tokens.put(token('t2', { kind: 'display' }));
      expect(await tokens.byHash(full.hash)).toEqual(full);
      expect(await tokens.byHash('no such hash')).toBeUndefined();
      await tokens.put({ ...full, hash: 'new hash', expiresAt: null });
      expect(await tokens.byHash(full.hash)).toBeUndefined();
      expect(await tokens.all()).toEqual([
        { ...full, hash: 'new hash', expiresAt: null },
        token('t2', { kind: 'display' }),
      ]);
      expect(await tokens.delete('t1')).toBe(true);
      expect(await tokens.delete('t1')).toBe(false);
      expect(await tokens.byHash('new hash')).toBeUndefined();
    });

    test('touch remembers the latest use, whatever order uses arrive in', async () => {
      const { tokens } = await emptyStore(openPlace);
      await tokens.put(token('t1'));
      await tokens.put(token('t2'));
      for (const at of [20, 30, 10]) await tokens.touch('t1', at);
      await tokens.touch('nobody', 99);
      expect((await tokens.all()).map((one) => one.lastUsedAt)).toEqual([30, null]);
    });

    test('deleteExpired takes those whose time has come and counts them', async () => {
      const { tokens } = await emptyStore(openPlace);
      for (const [id, expiresAt] of [
        ['past', 999],
        ['now', 1_000],
        ['soon', 1_000.5],
        ['never', null],
      ] as const)
        await tokens.put(token(id, { expiresAt }));
      expect(await tokens.deleteExpired(1_000)).toBe(2);
      expect(await tokens.deleteExpired(1_000)).toBe(0);
      expect((await tokens.all()).map((one) => one.id)).toEqual(['never', 'soon']);
    });

    test('two tokens never share a hash', async () => {
      const { tokens } = await emptyStore(openPlace);
      await tokens.put(token('t1', { hash: 'same' }));
      await expect(tokens.put(token('t2', { hash: 'same' }))).rejects.toThrow(/unique/i);
      expect(await tokens.byHash('same')).toEqual(token('t1', { hash: 'same' }));
    });
  });
}
