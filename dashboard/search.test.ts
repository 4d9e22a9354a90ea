import { expect, test } from 'vitest';
import { rootSearch, schoolSearch, schoolsSearch, wallSearch } from './search.ts';

test('an old or mistyped link opens the page without what can not be read', () => {
  expect(schoolsSearch.parse({ q: 123, level: 'cấp 1', condition: 'danger', unknown: 'x' })).toEqual({
    q: '123',
    level: undefined,
    area: undefined,
    condition: 'danger',
    selected: undefined,
  });
  expect(rootSearch.parse({ theme: 'pink', lang: ['vi'] })).toEqual({ theme: undefined, lang: undefined });
  expect(schoolSearch.parse({ metric: '__proto__', from: 1_700_000_000_000 })).toMatchObject({
    metric: undefined,
    from: '1700000000000',
  });
});

test.each([1, '1', true, ''])('kiosk=%s', (kiosk) => {
  expect(wallSearch.parse({ kiosk })).toEqual({ kiosk: 1 });
});

test.each([
  ['30s', '30s'],
  [45, '45s'],
  ['2m', '2m'],
  ['1h', undefined],
  ['fast', undefined],
])('rotate=%s', (rotate, read) => {
  expect(wallSearch.parse({ rotate }).rotate).toBe(read);
});
