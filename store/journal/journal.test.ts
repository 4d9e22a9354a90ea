import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { gatewayId, schoolId } from '../../contracts/ids.ts';
import { createJournal, type Journal } from './journal.ts';

let folder = '';
let journal: Journal;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'journal-'));
  // Every group begins a new segment, so that a missing folder is felt at once.
  journal = createJournal({ folder, segmentBytes: 1 });
  await journal.start();
});
afterEach(async () => {
  await journal.stop();
  rmSync(folder, { recursive: true, force: true });
});

const append = (payload: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const message = {
      school: schoolId.parse('s'),
      gateway: gatewayId.parse('g'),
      transport: 'mqtt',
      topic: 'air/readings',
      payload: Buffer.from(payload),
      receivedAt: 1,
      retained: false,
    } as const;
    journal.append(message, (error) => (error ? reject(error) : resolve()));
  });

async function payloads(): Promise<string[]> {
  const found: string[] = [];
  for (let at = journal.first(); at < journal.next(); ) {
    const { records, next, lost } = await journal.read(at, 1_000);
    expect(lost).toEqual([]);
    found.push(...records.map(({ message }) => Buffer.from(message.payload).toString()));
    at = next;
  }
  return found;
}

test('messages of one turn of the event loop are one group, in order', async () => {
  let groups = 0;
  journal.onAppended(() => groups++);
  await Promise.all(['a', 'b', 'c'].map(append));
  expect(groups).toBe(1);
  expect(await payloads()).toEqual(['a', 'b', 'c']);
});

test('a disk that takes nothing is told, and told to be well again without any message', async () => {
  await append('before');
  expect(journal.trouble()).toBeNull();
  rmSync(folder, { recursive: true });
  await expect(append('refused')).rejects.toThrow('ENOENT');
  await expect(append('refused as well')).rejects.toThrow('ENOENT');
  expect(journal.trouble()?.detail).toContain('ENOENT');
  expect(journal.next()).toBe(2);

  mkdirSync(folder);
  await expect.poll(() => journal.trouble(), { timeout: 10_000 }).toBeNull();
  await append('after');
  expect(journal.next()).toBe(3);
});

test('a message that gets through before the disk is tried again leaves nothing waiting', async () => {
  rmSync(folder, { recursive: true });
  await expect(append('refused')).rejects.toThrow('ENOENT');
  mkdirSync(folder);
  await append('first');
  expect(journal.trouble()).toBeNull();
  // The moment of the try, had it been needed, passes here.
  const past = performance.now() + 1_200;
  for (let n = 0; performance.now() < past; n++) await append(String(n));
  await append('last');
  expect(journal.waiting()).toMatchObject({ messages: 0, oldestAt: null });
  expect((await payloads()).at(-1)).toBe('last');
});
