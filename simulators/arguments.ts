/** The command line of the simulator: checked once, every mistake answered with a sentence. */
import { parseArgs } from 'node:util';
import { DEMO_SCHOOLS, MAX_DEMO_SCHOOLS } from './demo/demo.ts';
import { scenarioById, scenarios } from './scenarios/catalogue.ts';
import type { Scenario } from './scenarios/scenario.ts';
import { MAX_SPEED } from './simulation.ts';

export interface SimulateArguments {
  readonly scenario: Scenario;
  /** null: as many as there are credentials, else the usual number. */
  readonly schools: number | null;
  readonly seed: number;
  readonly speed: number;
  readonly mqttUrl: string;
  readonly credentialsFile: string | null;
  /** Enrol the schools first, with the admin token in this file. */
  readonly enrol: { readonly apiUrl: string; readonly tokenFile: string } | null;
  readonly from: number | null;
  readonly minutes: number | null;
  readonly truthFile: string | null;
}

export const HELP = `Devices that are not there: schools that publish like real ones.

  npm run simulate -- <scenario> [options]

Scenarios
${scenarios.map(({ id, summary }) => `  ${id.padEnd(14)} ${summary}`).join('\n')}

Options
  --schools N         1 to ${MAX_DEMO_SCHOOLS}, default ${DEMO_SCHOOLS}
  --seed S            whole number, default 1; the same seed is the same run
  --speed X           1 to ${MAX_SPEED}, default 1: how much faster than life
  --minutes M         simulated length; default: without end at speed 1, else as long as the scenario is
  --from ISO          time of the first reading, e.g. 2026-11-20T06:15:00+07:00
  --live              without end at any speed: the schools live faster, the readings claim the present
  --mqtt URL          default mqtt://127.0.0.1:1883
  --credentials FILE  JSON: [{"school","gateway","username","password"}, …]
                      without it: anonymous, topics written in full (schools/<school>/…)
  --api URL           enrol the simulated schools there first; with --credentials the new ones are written to FILE
  --token-file FILE   the admin token for --api
  --truth FILE        writes every reading and scan sent, and every fault, as JSON lines
  --help

Times: no reading claims the future. A run with an end that is faster than life is laid into the past, so that its
last simulated minute is the present one: 60 minutes at speed 60 take one minute and cover the last hour.`;

/** `help` when asked for it. Throws a sentence for anything that does not fit. */
export function readArguments(argv: readonly string[]): SimulateArguments | 'help' {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    strict: true,
    options: {
      schools: { type: 'string' },
      seed: { type: 'string', default: '1' },
      speed: { type: 'string', default: '1' },
      minutes: { type: 'string' },
      from: { type: 'string' },
      live: { type: 'boolean', default: false },
      mqtt: { type: 'string', default: 'mqtt://127.0.0.1:1883' },
      credentials: { type: 'string' },
      api: { type: 'string' },
      'token-file': { type: 'string' },
      truth: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return 'help';
  const [name, ...more] = positionals;
  if (name === undefined) throw new Error('which scenario? --help lists them');
  if (more.length > 0) throw new Error(`one scenario at a time, got also: ${more.join(' ')}`);
  const scenario = scenarioById(name);
  if (!scenario)
    throw new Error(`no scenario is named '${name}'; there are ${scenarios.map(({ id }) => id).join(', ')}`);

  const speed = numberIn('--speed', values.speed, 1, MAX_SPEED);
  const from = values.from === undefined ? null : timeOf(values.from);
  if (values.live && (values.minutes !== undefined || from !== null))
    throw new Error('--live has no end and no beginning: leave out --minutes and --from');
  return {
    scenario,
    schools: values.schools === undefined ? null : wholeIn('--schools', values.schools, 1, MAX_DEMO_SCHOOLS),
    seed: wholeIn('--seed', values.seed, 0, 2 ** 31 - 1),
    speed,
    mqttUrl: urlOf('--mqtt', values.mqtt, ['mqtt:', 'mqtts:', 'ws:', 'wss:']),
    credentialsFile: values.credentials ?? null,
    enrol: enrolOf(values.api, values['token-file']),
    from,
    minutes: minutesOf(values.minutes, { live: values.live, limited: speed > 1 || from !== null, scenario }),
    truthFile: values.truth ?? null,
  };
}

function minutesOf(
  text: string | undefined,
  otherwise: { readonly live: boolean; readonly limited: boolean; readonly scenario: Scenario },
): number | null {
  if (text !== undefined) return numberIn('--minutes', text, 0.1, 60 * 24 * 366);
  return otherwise.limited && !otherwise.live ? otherwise.scenario.minutes : null;
}

function enrolOf(api: string | undefined, tokenFile: string | undefined): SimulateArguments['enrol'] {
  if (api === undefined && tokenFile === undefined) return null;
  if (api === undefined || tokenFile === undefined) throw new Error('--api and --token-file belong together');
  return { apiUrl: urlOf('--api', api, ['http:', 'https:']), tokenFile };
}

function numberIn(option: string, text: string, min: number, max: number): number {
  const value = Number(text);
  if (text.trim() !== '' && value >= min && value <= max) return value;
  throw new Error(`${option}: expected a number from ${min} to ${max}, got '${text}'`);
}

function wholeIn(option: string, text: string, min: number, max: number): number {
  const value = numberIn(option, text, min, max);
  if (Number.isInteger(value)) return value;
  throw new Error(`${option}: expected a whole number, got '${text}'`);
}

function timeOf(text: string): number {
  const at = Date.parse(text);
  if (Number.isNaN(at)) throw new Error(`--from: expected an ISO 8601 time, got '${text}'`);
  return at;
}

function urlOf(option: string, text: string, protocols: readonly string[]): string {
  if (URL.canParse(text) && protocols.includes(new URL(text).protocol)) return text;
  throw new Error(`${option}: expected a URL with ${protocols.join(' or ')}//, got '${text}'`);
}
