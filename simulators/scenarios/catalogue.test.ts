import { describe, expect, test } from 'vitest';
import { buildDemo } from '../demo/demo.ts';
import { FAULT_KINDS, isActive } from '../faults.ts';
import { planRun } from '../plan.ts';
import { createSchoolClock } from '../school/clock.ts';
import { scenarioById, scenarios } from './catalogue.ts';
import { DEMO_SPEED, demo as demoScenario } from './demo.ts';
import { quietNight } from './quiet-night.ts';

describe.each(scenarios)('$id', (scenario) => {
  test.each([1, 2, 57])('plans faults for things that exist (%i schools), the same for the same seed', (schools) => {
    const demo = buildDemo(1, { schools });
    const devices = new Set(demo.devices.map(({ school, id }) => `${school} ${id}`));
    const { faults } = planRun(demo, scenario, 5);
    for (const { kind, school, device, from, to, everyMs } of faults) {
      expect(FAULT_KINDS).toContain(kind);
      expect(demo.schools.some(({ id }) => id === school)).toBe(true);
      expect(device === null || devices.has(`${school} ${device}`)).toBe(true);
      expect(to).toBeGreaterThan(from);
      expect(everyMs === undefined || everyMs > to - from).toBe(true);
    }
    expect(planRun(demo, scenario, 5).faults).toEqual(faults);
  });

  test('is found by its name and begins within its day', () => {
    expect(scenarioById(scenario.id)).toBe(scenario);
    expect(createSchoolClock(scenario).at(0).minute).toBeCloseTo(scenario.startMinute);
  });
});

describe('the demonstration', () => {
  const demo = buildDemo(344);
  const { faults, schools } = planRun(demo, demoScenario, 344);
  const seconds = (wall: number): number => wall * 1_000 * DEMO_SPEED;

  test('one school never reports', () => {
    expect(schools).toHaveLength(demo.schools.length - 1);
  });

  test('one gateway drops and comes back within the first minute', () => {
    const cut = (wall: number) =>
      faults.filter((fault) => fault.kind === 'line-lost' && isActive(fault, seconds(wall)));
    expect(cut(5)).toHaveLength(0);
    expect(cut(30)).toHaveLength(1);
    expect(cut(60)).toHaveLength(0);
  });

  test('some rooms are stuffy and a fridge is open from the first second', () => {
    const now = (kind: string) => faults.filter((fault) => fault.kind === kind && isActive(fault, 0));
    expect(now('windows-shut').length).toBeGreaterThanOrEqual(3);
    expect(now('fridge-ajar')).toHaveLength(1);
  });
});

test('a quiet night has nothing that could raise an alarm', () => {
  expect(planRun(buildDemo(1), quietNight, 1).faults).toEqual([]);
});
