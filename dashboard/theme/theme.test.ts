import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { SHAPES, TONES } from '../ui/tones.ts';
import { contrast, tokensOf } from './contrast.ts';
import { resolveTheme } from './theme.ts';

const css = readFileSync(new URL('./tokens.css', import.meta.url), 'utf8');
const THEMES = { light: tokensOf(css, ':root,'), dark: tokensOf(css, '[data-theme="dark"] {') };
const TEXT = ['ink', 'ink-soft', 'ink-faint', 'accent', ...TONES.map((tone) => SHAPES[tone].ink)];
const SURFACES = ['ground', 'surface', 'raised'];
const MARKS = TONES.map((tone) => SHAPES[tone].mark);

describe.each(Object.entries(THEMES))('the %s theme', (_name, tokens) => {
  const colour = (token: string) => tokens.get(token) ?? 'missing';

  test.each(TEXT.flatMap((text) => SURFACES.map((surface) => [text, surface])))(
    '%s can be read on %s (4.5:1)',
    (text, surface) => {
      expect(contrast(colour(text), colour(surface))).toBeGreaterThanOrEqual(4.5);
    },
  );

  test.each(MARKS.flatMap((mark) => [...SURFACES, 'homeland', 'sea'].map((surface) => [mark, surface])))(
    '%s can be seen on %s (3:1)',
    (mark, surface) => {
      expect(contrast(colour(mark), colour(surface))).toBeGreaterThanOrEqual(3);
    },
  );

  test.each(['sea', 'land', 'homeland'])('map labels can be read on %s', (ground) => {
    expect(contrast(colour('map-label'), colour(ground))).toBeGreaterThanOrEqual(4.5);
  });

  test('buttons can be read', () => {
    expect(contrast(colour('on-accent'), colour('accent'))).toBeGreaterThanOrEqual(4.5);
  });
});

test('both themes set the same tokens', () => {
  expect([...THEMES.dark.keys()].toSorted()).toEqual([...THEMES.light.keys()].toSorted());
});

test('no two tones share a shape', () => {
  expect(new Set(TONES.map((tone) => SHAPES[tone].path)).size).toBe(TONES.length);
});

test('contrast is that of WCAG', () => {
  expect(contrast('#000000', '#ffffff')).toBeCloseTo(21);
  expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.48, 2);
});

test('system follows the machine, the others do not', () => {
  expect(resolveTheme('system', true)).toBe('dark');
  expect(resolveTheme('system', false)).toBe('light');
  expect(resolveTheme('light', true)).toBe('light');
});
