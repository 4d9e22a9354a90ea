import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { gatewayId, schoolId } from '../../contracts/ids.ts';
import { createExternalPlaces, isOfUnknownSchool, NO_SCHOOL, UNNAMED_GATEWAY } from './externalPlaces.ts';

const A = schoolId.parse('thcs-a');
const NEW = schoolId.parse('thcs-new');
const GW = gatewayId.parse('gw1');

const placesOfA = () => createExternalPlaces([A], [{ school: A, id: GW }]);

describe('the place of a message from an external broker', () => {
  test.each([
    ['schools/thcs-a/air1/readings', undefined, A, UNNAMED_GATEWAY, 'air1/readings'],
    ['schools/thcs-a/air1/readings', 'box-7', A, 'box-7', 'air1/readings'],
    ['schools/thcs-a/air1/readings', 'no gateway id', A, UNNAMED_GATEWAY, 'air1/readings'],
    ['schools/thcs-a/gw1/status', undefined, A, GW, 'gw1/status'],
    ['schools/thcs-a/node7/status', undefined, A, UNNAMED_GATEWAY, 'node7/status'],
    ['schools/thcs-a/gw1/status', 'box-7', A, 'box-7', 'gw1/status'],
    // nobody knows the school: the whole topic stays, and the quarantine names it
    ['schools/thcs-new/air1/readings', undefined, NEW, UNNAMED_GATEWAY, 'schools/thcs-new/air1/readings'],
    ['schools/thcs-a', undefined, NO_SCHOOL, UNNAMED_GATEWAY, 'schools/thcs-a'],
    ['schools/thcs-a/', undefined, A, UNNAMED_GATEWAY, 'schools/thcs-a/'],
    ['schools//x', undefined, NO_SCHOOL, UNNAMED_GATEWAY, 'schools//x'],
    ['schools/bad id/x', undefined, NO_SCHOOL, UNNAMED_GATEWAY, 'schools/bad id/x'],
    ['schools', undefined, NO_SCHOOL, UNNAMED_GATEWAY, 'schools'],
    ['elsewhere/thcs-a/x', undefined, NO_SCHOOL, UNNAMED_GATEWAY, 'elsewhere/thcs-a/x'],
    ['schools/__proto__/x', undefined, NO_SCHOOL, UNNAMED_GATEWAY, 'schools/__proto__/x'],
  ])('%s said by %s', (topic, claimed, school, gateway, rest) => {
    expect(placesOfA().place(topic, claimed)).toEqual({ identity: { school, gateway }, topic: rest });
  });

  test('is never a school that is not enrolled with its topic taken apart, whatever the topic', () => {
    const places = placesOfA();
    fc.assert(
      fc.property(fc.string(), fc.option(fc.string(), { nil: undefined }), (tail, claimed) => {
        for (const topic of [tail, `schools/${tail}`, `schools/thcs-a/${tail}`]) {
          const placed = places.place(topic, claimed);
          expect(schoolId.safeParse(placed.identity.school).success).toBe(true);
          expect(gatewayId.safeParse(placed.identity.gateway).success).toBe(true);
          const isOwn = topic.startsWith('schools/thcs-a/') && topic.length > 'schools/thcs-a/'.length;
          expect(placed.topic).toBe(isOwn ? topic.slice('schools/thcs-a/'.length) : topic);
          // what is left whole is told apart from an attempt on another school
          const { identity, topic: left } = placed;
          expect(isOwn || isOfUnknownSchool({ school: identity.school, topic: left })).toBe(true);
        }
      }),
    );
  });

  test('follows what is enrolled and removed', () => {
    const places = placesOfA();
    expect(places.placeAgain(NEW, 'schools/thcs-new/x')).toBe('schools/thcs-new/x');
    places.putSchool(NEW);
    expect(places.place('schools/thcs-new/x', undefined).topic).toBe('x');
    expect(places.placeAgain(NEW, 'schools/thcs-new/x')).toBe('x');
    expect(places.placeAgain(NEW, 'schools/thcs-a/x')).toBe('schools/thcs-a/x');
    expect(isOfUnknownSchool({ school: NEW, topic: 'schools/thcs-a/x' })).toBe(false);
    expect(places.placeAgain(NEW, 'x')).toBe('x');
    places.putGateway({ school: NEW, gateway: GW });
    expect(places.place('schools/thcs-new/gw1/status', undefined).identity.gateway).toBe(GW);
    places.removeGateway({ school: NEW, gateway: GW });
    expect(places.place('schools/thcs-new/gw1/status', undefined).identity.gateway).toBe(UNNAMED_GATEWAY);
  });
});
