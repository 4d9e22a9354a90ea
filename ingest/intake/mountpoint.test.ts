import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { schoolId } from '../../contracts/ids.ts';
import { isCleanText, mountpointOf, resolveFilter, resolveTopic, unmount } from './mountpoint.ts';

const school = schoolId.parse('a');
const level = fc.constantFrom('schools', 'a', 'b', 'x', '', '+', '#', '$SYS', '$share', 'g', 'readings');
const path = fc.array(level, { minLength: 1, maxLength: 6 }).map((levels) => levels.join('/'));

describe('mountpoint', () => {
  test('with and without the own prefix is the same topic', () => {
    fc.assert(
      fc.property(path, (topic) => {
        fc.pre(!topic.startsWith('schools/') && topic !== '');
        expect(resolveTopic(school, mountpointOf(school) + topic)).toEqual({ kind: 'own', topic });
        expect(resolveTopic(school, topic)).toEqual({ kind: 'own', topic });
        expect(unmount(school, mountpointOf(school) + topic)).toBe(topic);
      }),
    );
  });

  test('whatever filter is granted lies below the own mountpoint', () => {
    fc.assert(
      fc.property(path, (filter) => {
        const granted = resolveFilter(school, filter);
        if (granted === undefined) return;
        expect(granted.startsWith('schools/a/')).toBe(true);
        expect(filter.startsWith('$')).toBe(false);
      }),
    );
  });

  test.each(['schools/b/x', 'schools/ab/x', 'schools/a', 'schools//x', 'schools/A/x'])(
    '%s is foreign to school a',
    (topic) => {
      expect(resolveTopic(school, topic).kind).toBe('foreign');
      expect(resolveFilter(school, topic)).toBeUndefined();
      expect(unmount(school, topic)).toBeUndefined();
    },
  );

  test('text rules of MQTT 3.1.1: NUL, controls, surrogates and replaced bytes are not clean', () => {
    for (const text of ['a\0b', 'a\nb', '\u007f', '\ud800', 'a\ufffd']) expect(isCleanText(text)).toBe(false);
    for (const text of ['tầng 1/phòng 2', 'a b', 'é', '温度', '🙂']) expect(isCleanText(text)).toBe(true);
  });
});
