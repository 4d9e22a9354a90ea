import { describe, expect, test } from 'vitest';
import { HELP, readArguments } from './arguments.ts';
import { scenarios } from './scenarios/catalogue.ts';

const read = (line: string) => readArguments(line.split(' ').filter((part) => part !== ''));

describe('the command line', () => {
  test('help names every scenario', () => {
    expect(read('--help')).toBe('help');
    for (const { id } of scenarios) expect(HELP).toContain(id);
  });

  test('an ordinary call', () => {
    expect(
      read('gate-rush --schools 3 --seed 9 --speed 60 --mqtt mqtt://127.0.0.1:2883 --truth t.jsonl'),
    ).toMatchObject({
      scenario: { id: 'gate-rush' },
      schools: 3,
      seed: 9,
      speed: 60,
      mqttUrl: 'mqtt://127.0.0.1:2883',
      truthFile: 't.jsonl',
      minutes: 75,
      from: null,
    });
  });

  test('length: endless at the speed of life, else that of the scenario, else as asked', () => {
    expect(read('school-day')).toMatchObject({ minutes: null });
    expect(read('school-day --speed 2')).toMatchObject({ minutes: 660 });
    expect(read('school-day --speed 2 --live')).toMatchObject({ minutes: null });
    expect(read('school-day --minutes 5')).toMatchObject({ minutes: 5 });
    expect(read('quiet-night --from 2026-11-19T21:00:00+07:00')).toMatchObject({
      from: 1_795_096_800_000,
      minutes: 480,
    });
  });

  test.each([
    ['', 'which scenario'],
    ['lunch', "no scenario is named 'lunch'"],
    ['school-day gate-rush', 'one scenario at a time'],
    ['school-day --speed 0', '--speed: expected a number from 1 to 600'],
    ['school-day --speed fast', "got 'fast'"],
    ['school-day --schools 1.5', '--schools: expected a whole number'],
    ['school-day --from yesterday', '--from: expected an ISO 8601 time'],
    ['school-day --mqtt http://127.0.0.1', '--mqtt: expected a URL'],
    ['school-day --api http://127.0.0.1', '--api and --token-file belong together'],
    ['school-day --live --minutes 5', '--live has no end'],
    ['school-day --tempo 3', '--tempo'],
  ])('%s: %s', (line, complaint) => {
    expect(() => read(line)).toThrow(complaint);
  });
});
