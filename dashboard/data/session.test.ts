import { expect, test } from 'vitest';
import { isOurPath } from './session.ts';

test.each(['/', '/schools?q=a', '/wall/overview?kiosk=1'])('%s is ours', (path) => {
  expect(isOurPath(path)).toBe(true);
});

test.each(['', 'schools', '//evil.example', '/\\evil.example', 'https://evil.example', 'javascript:alert(1)'])(
  '“%s” is not',
  (path) => {
    expect(isOurPath(path)).toBe(false);
  },
);
