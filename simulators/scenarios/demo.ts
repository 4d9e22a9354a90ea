/**
 * The wall in the first seconds after `npm run demo`, whatever the hour: made to be run 60 times faster than life, so a
 * minute here is a second before the wall.
 */
import { hm } from '../school/clock.ts';
import { ALWAYS, deviceFaults, devicesOf, minutes, type Scenario, sample, schoolFaults } from './scenario.ts';

export const DEMO_SPEED = 60;

export const demo: Scenario = {
  id: 'demo',
  summary: `the demonstration: from 07:05 on, nights left out, something to see at once (meant for --speed ${DEMO_SPEED} --live)`,
  startMinute: hm(7, 5),
  span: [hm(6, 10), hm(17, 30)],
  warmUpMinutes: 55,
  sendWarmUpPassages: true,
  minutes: 620,
  // Eight seconds and two seconds of the wall's time.
  readingIntervalMs: 8 * DEMO_SPEED * 1_000,
  gateIntervalMs: 2 * DEMO_SPEED * 1_000,
  cardShare: 0.25,
  faults(data, random) {
    // Every trouble at another school, as far as there are enough.
    const [absent, lineLost, ...others] = sample(data.schools, data.schools.length, random);
    const otherIds = new Set(others.map(({ id }) => id));
    const inOthers = { ...data, devices: data.devices.filter(({ school }) => otherIds.has(school)) };
    const classrooms = devicesOf(inOthers, 'air').filter(({ id }) => id !== 'air-sleep' && id !== 'air-lab');
    const onePerSchool = [...new Map(classrooms.map((device) => [device.school, device])).values()];
    const stuffy = sample(onePerSchool, 9, random);
    const fridges = sample(devicesOf(inOthers, 'fridge'), 2, random);
    return [
      ...schoolFaults('never-reports', absent && lineLost ? [absent] : [], ALWAYS),
      ...schoolFaults('line-lost', lineLost ? [lineLost] : [], { from: minutes(12), to: minutes(40) }),
      ...sample(others, 5, random).flatMap((school, index) =>
        schoolFaults('line-lost', [school], {
          from: minutes(150 + 140 * index),
          to: minutes(190 + 140 * index),
          everyMs: minutes(5 * 140),
        }),
      ),
      ...deviceFaults('windows-shut', stuffy.slice(0, 5), ALWAYS),
      ...stuffy.slice(5).flatMap((device, index) =>
        deviceFaults('windows-shut', [device], {
          from: minutes(45 + 60 * index),
          to: minutes(165 + 60 * index),
          everyMs: minutes(360),
        }),
      ),
      ...deviceFaults('fridge-ajar', fridges.slice(0, 1), ALWAYS),
      ...deviceFaults('fridge-ajar', fridges.slice(1), { from: minutes(200), to: minutes(260), everyMs: minutes(500) }),
      ...deviceFaults('gas-leak', sample(devicesOf(inOthers, 'gas'), 1, random), {
        from: minutes(240),
        to: minutes(280),
        everyMs: minutes(1_500),
      }),
      ...deviceFaults('smoke', sample(devicesOf(inOthers, 'smoke'), 1, random), {
        from: minutes(900),
        to: minutes(920),
        everyMs: minutes(3_600),
      }),
      ...deviceFaults('stuck', sample(devicesOf(inOthers, 'air'), 1, random), { ...ALWAYS, from: minutes(60) }),
      ...schoolFaults('duplicates', sample(others, 2, random), ALWAYS),
      ...schoolFaults('clock-skew', sample(others, 1, random), { ...ALWAYS, skewMs: -20_000 }),
    ];
  },
};
