import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { co2After, OUTDOOR_CO2_PPM, steadyCo2 } from './air.ts';

const room = fc.record({
  volumeM3: fc.double({ min: 50, max: 500, noNaN: true }),
  airChangesPerHour: fc.double({ min: 0.5, max: 15, noNaN: true }),
});
const emitters = fc.record({
  people: fc.integer({ min: 0, max: 60 }),
  litresPerSecond: fc.double({ min: 0.002, max: 0.006, noNaN: true }),
});
const ppm = fc.double({ min: OUTDOOR_CO2_PPM, max: 6_000, noNaN: true });
const seconds = fc.double({ min: 0, max: 20_000, noNaN: true });

describe('CO₂ mass balance', () => {
  test('steady level: 30 people at 0.005 L/s in 200 m³ with 3 changes an hour', () => {
    // 0.15 L/s of CO₂ into 166.67 L/s of air: 900 ppm above outdoors.
    expect(steadyCo2({ people: 30, litresPerSecond: 0.005 }, { volumeM3: 200, airChangesPerHour: 3 })).toBeCloseTo(
      1_320,
    );
  });

  test('tends to the steady level and never crosses it', () => {
    fc.assert(
      fc.property(ppm, seconds, emitters, room, (start, time, people, air) => {
        const steady = steadyCo2(people, air);
        const after = co2After(start, time, people, air);
        expect(after).toBeGreaterThanOrEqual(Math.min(start, steady) - 1e-6);
        expect(after).toBeLessThanOrEqual(Math.max(start, steady) + 1e-6);
        expect(Math.abs(after - steady)).toBeLessThanOrEqual(Math.abs(start - steady) + 1e-6);
        expect(co2After(start, 1e6, people, air)).toBeCloseTo(steady, 3);
      }),
    );
  });

  test('an empty room tends to the air outdoors', () => {
    fc.assert(
      fc.property(ppm, room, (start, air) => {
        expect(co2After(start, 1e6, { people: 0, litresPerSecond: 0.005 }, air)).toBeCloseTo(OUTDOOR_CO2_PPM, 3);
      }),
    );
  });

  test('two short steps are one long step', () => {
    fc.assert(
      fc.property(ppm, seconds, seconds, emitters, room, (start, first, second, people, air) => {
        const inTwo = co2After(co2After(start, first, people, air), second, people, air);
        expect(inTwo).toBeCloseTo(co2After(start, first + second, people, air), 6);
      }),
    );
  });

  test('what comes in and goes out adds up to what is in the room', () => {
    const people = { people: 35, litresPerSecond: 0.004 };
    const air = { volumeM3: 180, airChangesPerHour: 2.5 };
    const stepS = 0.1;
    let level = 700;
    let inLitres = 0;
    let outLitres = 0;
    for (let time = 0; time < 600; time += stepS) {
      const next = co2After(level, stepS, people, air);
      const airLitres = (air.volumeM3 * 1_000 * air.airChangesPerHour * stepS) / 3_600;
      inLitres += people.people * people.litresPerSecond * stepS;
      outLitres += ((level + next) / 2 - OUTDOOR_CO2_PPM) * 1e-6 * airLitres;
      level = next;
    }
    expect(((level - 700) * 1e-6 * air.volumeM3 * 1_000) / (inLitres - outLitres)).toBeCloseTo(1, 4);
  });
});
