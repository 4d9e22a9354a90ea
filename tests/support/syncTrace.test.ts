import { expect, test } from 'vitest';
import { checkSyncOrder, parseTrace } from './syncTrace.ts';

const hex = (bytes: string | Buffer): string =>
  [...Buffer.from(bytes)].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('');
const FILE = hex('/data/journal/1.seg');
const SOCKET = hex('socket:[1]');
const write = (mark: string) => `1 pwrite64(9<${FILE}>, "${hex(`record ${mark}`)}", 11, 0) = 11`;
const sync = `2 fdatasync(9<${FILE}>) = 0`;
const ack = (id: number) => `1 write(7<${SOCKET}>, "${hex(Buffer.from([0x40, 2, 0, id]))}", 4) = 4`;
const check = (...lines: readonly string[]) =>
  checkSyncOrder(
    parseTrace(lines.join('\n')),
    new Map([
      [1, 'mark1'],
      [2, 'mark2'],
    ]),
    '/journal/',
  );

test('written, synced, acknowledged is right', () => {
  expect(check(write('mark1'), write('mark2'), sync, ack(1), ack(2))).toEqual({ acknowledged: 2, violations: [] });
});

test('each other order is a violation', () => {
  const [unsynced] = check(write('mark1'), ack(1), sync).violations;
  expect(unsynced).toBe('mark1 was acknowledged before it was synced');
  expect(check(sync, write('mark1'), ack(1)).violations).toEqual([unsynced]);
  expect(check(write('mark2'), sync, ack(1)).violations).toEqual(['mark1 was acknowledged before it was written']);
});

test('a sync that began before the write, or has not returned, does not count', () => {
  const began = `2 fdatasync(9<${FILE}> <unfinished ...>`;
  const returned = '2 <... fdatasync resumed>) = 0';
  expect(check(began, write('mark1'), returned, ack(1)).violations).toHaveLength(1);
  expect(check(write('mark1'), began, ack(1), returned).violations).toHaveLength(1);
  expect(check(write('mark1'), began, returned, ack(1))).toEqual({ acknowledged: 1, violations: [] });
});

test('acknowledgements that leave together are told apart, other bytes are not taken for them', () => {
  const both = hex(Buffer.from([0x40, 2, 0, 1, 0x40, 2, 0, 2]));
  const together = `1 writev(7<${SOCKET}>, [{iov_base="${both}", iov_len=8}], 1) = 8`;
  expect(check(write('mark1'), write('mark2'), sync, together)).toEqual({ acknowledged: 2, violations: [] });
  const bytes = ['\\x40', '\\x02\\x00', '\\x01'].map((part) => `1 write(7<${SOCKET}>, "${part}", 1) = 1`);
  expect(check(write('mark1'), sync, ...bytes)).toEqual({ acknowledged: 1, violations: [] });
  const http = `1 write(7<${SOCKET}>, "${hex('HTTP')}", 4) = 4`;
  expect(check(http)).toEqual({ acknowledged: 0, violations: [] });
});
