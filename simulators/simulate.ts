/** `npm run simulate -- <scenario> …`: one run from the command line. */
import { readFileSync, writeFileSync } from 'node:fs';
import { HELP, readArguments, type SimulateArguments } from './arguments.ts';
import { readCredentials, type SimulatorCredentials } from './credentials.ts';
import { buildDemo, DEMO_SCHOOLS, type Demo } from './demo/demo.ts';
import { enrolDemo } from './enrol.ts';
import { createSimulation, type Simulation } from './simulation.ts';
import { createTruthWriter } from './truth.ts';

const PROGRESS_MS = 5_000;
/** Nobody got through in this time: it will not get better by waiting. */
const GIVE_UP_MS = 15_000;
const MAX_PROBLEMS_SHOWN = 10;

async function enrolNew(options: SimulateArguments, demo: Demo): Promise<SimulatorCredentials> {
  const { enrol, credentialsFile } = options;
  if (!enrol) return 'anonymous';
  const token = readFileSync(enrol.tokenFile, 'utf8').trim();
  const created = await enrolDemo({ demo, apiUrl: enrol.apiUrl, token });
  if (credentialsFile) writeFileSync(credentialsFile, JSON.stringify(created, null, 1), { mode: 0o600 });
  console.error(`enrolled ${created.length} schools at ${enrol.apiUrl}`);
  return created;
}

function progressLine(simulation: Simulation, scenario: string): string {
  const { schools, connected, published, pending, dropped, reachedMs } = simulation.state();
  const minutes = (reachedMs / 60_000).toFixed(1);
  return `${scenario}: minute ${minutes}, ${connected} of ${schools} gateways connected, ${published} published, ${pending} waiting, ${dropped} dropped`;
}

async function main(options: SimulateArguments): Promise<void> {
  const { scenario, truthFile } = options;
  const stored = options.credentialsFile && !options.enrol ? readCredentials(options.credentialsFile) : undefined;
  const demo = buildDemo(options.seed, { schools: options.schools ?? stored?.length ?? DEMO_SCHOOLS });
  const credentials = stored ?? (await enrolNew(options, demo));
  const truth = truthFile === null ? undefined : createTruthWriter(truthFile);

  let problems = 0;
  let lastProblem = 'no answer';
  const simulation = createSimulation({
    ...options,
    demo,
    credentials,
    ...(truth ? { onPublished: truth.write } : {}),
    onProblem(sentence) {
      lastProblem = sentence;
      if (problems++ < MAX_PROBLEMS_SHOWN) console.error(sentence);
    },
  });
  await simulation.start();

  const progress = setInterval(() => console.error(progressLine(simulation, scenario.id)), PROGRESS_MS);
  const failed = new Promise<'failed'>((resolve) => {
    setTimeout(() => {
      const { connected, published } = simulation.state();
      if (connected === 0 && published === 0) resolve('failed');
    }, GIVE_UP_MS).unref();
  });
  const interrupted = new Promise<'interrupted'>((resolve) => {
    process.once('SIGINT', () => resolve('interrupted'));
    process.once('SIGTERM', () => resolve('interrupted'));
  });

  const outcome = await Promise.race([simulation.finished(), failed, interrupted]);
  clearInterval(progress);
  await simulation.stop();
  truth?.close();
  if (outcome === 'failed') throw new Error(`no gateway could connect to ${options.mqttUrl}: ${lastProblem}`);
  const { published, pending, dropped } = simulation.state();
  console.log(`${scenario.id}: ended, ${published} published, ${pending} not acknowledged, ${dropped} dropped`);
}

try {
  const options = readArguments(process.argv.slice(2));
  if (options === 'help') console.log(HELP);
  else await main(options);
} catch (error) {
  for (let problem = error; problem !== undefined; problem = problem instanceof Error ? problem.cause : undefined)
    console.error(problem instanceof Error ? problem.message : problem);
  process.exitCode = 1;
}
