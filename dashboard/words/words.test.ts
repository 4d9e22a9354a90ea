import { describe, expect, test } from 'vitest';
import { en } from './en.ts';
import { vi } from './vi.ts';

type Tree = { readonly [key: string]: string | Tree };

function flatten(tree: Tree, path = ''): Map<string, string> {
  return new Map(
    Object.entries(tree).flatMap(([key, value]) =>
      typeof value === 'string' ? [[path + key, value] as const] : [...flatten(value, `${path}${key}.`)],
    ),
  );
}
const source = flatten(vi);
const second = flatten(en);
/** Words that Vietnamese has taken over. */
const SAME_IN_BOTH = ['alarm.gateways_one', 'devices.gateway'];
const placeholders = (text: string) => new Set([...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name));

describe('the two languages', () => {
  test('have exactly the same keys', () => {
    expect([...second.keys()].toSorted()).toEqual([...source.keys()].toSorted());
  });

  test.each([
    ['vi', source],
    ['en', second],
  ])('%s leaves nothing empty and nothing with loose ends', (_language, words) => {
    for (const [key, text] of words) expect(text, key).toMatch(/^\S(.*\S)?$/s);
  });

  test('ask for the same values', () => {
    for (const [key, text] of source) expect(placeholders(second.get(key) ?? ''), key).toEqual(placeholders(text));
  });

  test('differ: what is the same in both was forgotten, but for names', () => {
    const same = [...source].filter(([key, text]) => second.get(key) === text).map(([key]) => key);
    expect(same.toSorted()).toEqual(SAME_IN_BOTH);
  });

  test('are written in composed letters, so that searching and measuring agree', () => {
    for (const [key, text] of source) expect(text, key).toBe(text.normalize('NFC'));
  });
});
