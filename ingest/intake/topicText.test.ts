import fc from 'fast-check';
import { expect, test } from 'vitest';
import { filterMatches } from './topicText.ts';

test('matching agrees with the standard, written as a pattern', () => {
  const level = fc.constantFrom('', 'a', 'b', 'ab', '$x');
  const topic = fc.array(level, { minLength: 1, maxLength: 4 }).map((levels) => levels.join('/'));
  const filter = fc
    .tuple(fc.array(fc.oneof(level, fc.constant('+')), { minLength: 1, maxLength: 4 }), fc.boolean())
    .map(([levels, hasMore]) => (hasMore ? [...levels, '#'] : levels).join('/'));
  const quoted = (text: string) => text.replaceAll('$', '\\$');
  fc.assert(
    fc.property(fc.oneof(filter, fc.constant('#')), topic, (wanted, name) => {
      const source = quoted(wanted).replaceAll('+', '[^/]*').replace(/\/#$/, '(/.*)?').replace(/^#$/, '.*');
      const isHidden = name.startsWith('$') && !wanted.startsWith('$');
      expect(filterMatches(wanted, name)).toBe(!isHidden && new RegExp(`^${source}$`).test(name));
    }),
    { numRuns: 2_000 },
  );
});
