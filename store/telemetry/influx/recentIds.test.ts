import { expect, test } from 'vitest';
import { schoolId } from '../../../contracts/ids.ts';
import { createRecentIds } from './recentIds.ts';

test('remembers the newest and forgets the oldest', () => {
  const recent = createRecentIds({ keep: 10 });
  const scan = (i: number) => ({ school: schoolId.parse('s'), id: `scan-${i}` });
  for (let i = 0; i < 1_000; i += 1) {
    recent.add(scan(i));
    for (let age = 0; age < Math.min(10, i); age += 1) expect(recent.has(scan(i - age))).toBe(true);
  }
  expect(Array.from({ length: 1_000 }, (_, i) => recent.has(scan(i))).filter(Boolean).length).toBeLessThanOrEqual(20);
  expect(recent.has({ school: schoolId.parse('t'), id: 'scan-999' })).toBe(false);
});
