import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TelemetryUnavailable } from '../port.ts';
import { LinesRefused } from './failure.ts';
import { fromTagValue, linePrefix, tagValue } from './layout.ts';
import { MAX_LINES } from './lineWriter.ts';
import { sendLines } from './sendLines.ts';

/** Stores what it likes of a request and complains of the rest, as the servers do. */
function pickyServer(dislikes: (line: string) => boolean, countsDropped: boolean) {
  const stored = new Set<string>();
  let requests = 0;
  return {
    stored,
    requests: () => requests,
    async write(lines: readonly string[]) {
      requests += 1;
      expect(lines.length).toBeLessThanOrEqual(MAX_LINES);
      const dropped = lines.filter(dislikes).length;
      for (const line of lines) if (!dislikes(line)) stored.add(line);
      if (dropped > 0)
        throw new LinesRefused(countsDropped ? `partial write: conflict dropped=${dropped}` : 'bad line');
    },
  };
}

test('exactly the refused lines are named, all others are stored', async () => {
  const lines = fc.array(fc.tuple(fc.constantFrom('co2', 'pm25', 'power'), fc.boolean()), { maxLength: 200 });
  await fc.assert(
    fc.asyncProperty(lines, fc.boolean(), async (kinds, countsDropped) => {
      const all = kinds.map(([metric, bad], i) => `${metric},n=${i} value=${bad ? 'x' : '1'}`);
      const server = pickyServer((line) => line.endsWith('x'), countsDropped);
      const refused = await sendLines(server, all);
      expect([...refused.keys()].sort((a, b) => a - b)).toEqual(
        all.flatMap((line, i) => (line.endsWith('x') ? [i] : [])),
      );
      expect(server.stored).toEqual(new Set(all.filter((line) => !line.endsWith('x'))));
    }),
  );
});

test('a whole measurement in conflict costs few requests', async () => {
  const all = Array.from({ length: 4_000 }, (_, i) => `${i % 4 === 0 ? 'co2' : `m${i % 4}`},n=${i} value=1`);
  const server = pickyServer((line) => line.startsWith('co2'), true);
  expect((await sendLines(server, all)).size).toBe(1_000);
  expect(server.requests()).toBe(5);
});

test('trouble of the server is passed on, not taken for bad lines', async () => {
  const down = { write: () => Promise.reject(new TelemetryUnavailable('down')) };
  await expect(sendLines(down, ['co2 value=1'])).rejects.toThrow('down');
});

test('any name can be a tag value: it never ends in a backslash and comes back', () => {
  const name = fc.string({ unit: fc.constantFrom('\\', '~', 'a', ' ', ',', '='), maxLength: 8 });
  fc.assert(
    fc.property(name, (text) => {
      expect(tagValue(text).endsWith('\\')).toBe(false);
      expect(fromTagValue(tagValue(text))).toBe(text);
    }),
  );
  expect(linePrefix('co2', { school: 's', device: 'a b', sensor: '' })).toBe('co2,device=a\\ b,school=s');
});
