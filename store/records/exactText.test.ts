import fc from 'fast-check';
import { expect, test } from 'vitest';
import { anyText, HOSTILE_TEXTS } from './contract/samples.ts';
import { decodeRow, decodeText, encodeParameters, encodeText } from './exactText.ts';

/** Mostly the characters that matter, close together. */
const nastyText = fc
  .array(fc.constantFrom('\u0000', '\u001a', '\ud83c', '\udfeb', '0', '1a', '🏫', 'ệ'), { maxLength: 30 })
  .map((parts) => parts.join(''));

test('every text comes back, and what is stored is safe for both databases', () => {
  fc.assert(
    fc.property(fc.oneof(anyText, nastyText, fc.constantFrom(...HOSTILE_TEXTS)), (text) => {
      const stored = encodeText(text);
      expect(decodeText(stored)).toBe(text);
      expect(stored).not.toContain('\u0000');
      expect(stored.isWellFormed()).toBe(true);
    }),
    { numRuns: 2_000 },
  );
});

test('different texts stay different', () => {
  fc.assert(
    fc.property(nastyText, nastyText, (one, other) => (encodeText(one) === encodeText(other)) === (one === other)),
    { numRuns: 2_000 },
  );
});

test('ordinary text and JSON are stored as they are', () => {
  for (const text of ['', 'Trường Mầm non 🏫', 'a\nb\tc', JSON.stringify('\u0000\ud800\u001a')])
    expect(encodeText(text)).toBe(text);
});

test('only text among parameters and cells is touched', () => {
  const bytes = Uint8Array.of(0, 26);
  expect(encodeParameters(['a\u0000', 1, null, bytes])).toEqual(['a\u001a0000', 1, null, bytes]);
  const row = { text: 'a\u001a0000', count: 1, none: null, bytes };
  decodeRow(row);
  expect(row).toEqual({ text: 'a\u0000', count: 1, none: null, bytes });
});
