import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { byName, fold, matches } from './search.ts';

describe('searching without tone marks', () => {
  test.each([
    ['dinh hoa', 'Trường THCS Định Hoà'],
    ['ĐỊNH HÒA', 'Trường THCS Định Hoà'],
    ['hoa thcs', 'Trường THCS Định Hoà'],
    ['duong', 'Đường Huỳnh Văn Luỹ'],
    ['', 'anything'],
    ['   ', 'anything'],
  ])('“%s” finds “%s”', (typed, name) => {
    expect(matches(typed, name)).toBe(true);
  });

  test('all words must occur', () => {
    expect(matches('dinh an', 'Trường THCS Định Hoà')).toBe(false);
  });

  test('words may lie in different texts', () => {
    expect(matches('hoa tdm-03', 'Trường THCS Định Hoà', 'tdm-03')).toBe(true);
  });

  test('composed and decomposed letters are the same', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }),
        (text) => fold(text.normalize('NFC')) === fold(text.normalize('NFD')),
      ),
    );
  });
});

test('sorting follows the Vietnamese alphabet, and counts', () => {
  const names = ['Lớp 10', 'Đoàn Kết', 'Dân Tiến', 'Ân Thi', 'An Phú', 'Lớp 2', 'Ăn Sáng'];
  expect(names.toSorted(byName)).toEqual(['An Phú', 'Ăn Sáng', 'Ân Thi', 'Dân Tiến', 'Đoàn Kết', 'Lớp 2', 'Lớp 10']);
});
