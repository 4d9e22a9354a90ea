import { expect, test } from 'vitest';
import { hashPassword, verifyPassword } from './passwords.ts';

test('a hash tells its own parameters and checks its own password only', async () => {
  const hash = await hashPassword('Đường về nhà');
  expect(hash).toMatch(/^\$scrypt\$ln=15,r=8,p=1\$[A-Za-z0-9+/=]{24}\$[A-Za-z0-9+/=]{44}$/);
  expect(await verifyPassword('Đường về nhà', hash)).toBe(true);
  expect(await verifyPassword('đường về nhà', hash)).toBe(false);
  expect(await verifyPassword('', hash)).toBe(false);
});

test('two hashes of one password differ', async () => {
  expect(await hashPassword('a')).not.toBe(await hashPassword('a'));
});

test.each([
  '',
  'plain',
  '$scrypt$ln=30,r=8,p=1$AAAA$AAAA',
  '$argon2id$v=19$m=65536,t=3,p=4$AAAA$AAAA',
  '$scrypt$ln=15,r=8,p=1$$',
])('a hash of another form (%s) fits nothing', async (encoded) => {
  expect(await verifyPassword('', encoded)).toBe(false);
});

test('more checks at once than may run wait their turn', async () => {
  const hash = await hashPassword('a');
  const results = await Promise.all(
    Array.from({ length: 6 }, (_, index) => verifyPassword(index % 2 ? 'a' : 'b', hash)),
  );
  expect(results).toEqual([false, true, false, true, false, true]);
});
