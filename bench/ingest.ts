/**
 * Durable ingest: QoS 1 messages of six readings each, acknowledged after the sync here, straight from memory by
 * mosquitto, from the same load generator. Acknowledged is half of it: the second figure waits until all is stored.
 */
import { type SimulatorCredential, type SimulatorCredentials, simulatorCredential } from '../simulators/credentials.ts';
import { createLoad, type LoadResult } from '../simulators/load.ts';
import { type App, startApp } from '../tests/support/app.ts';
import { startMosquitto } from '../tests/support/mosquitto.ts';
import { addGateway, putSchool, settledStats } from '../tests/support/provision.ts';
import { findProgram } from '../tests/support/system.ts';
import type { BenchCase } from './case.ts';

const SECONDS = 15;
const WARM_UP_SECONDS = 2;
const METRICS_PER_MESSAGE = 6;
const CONNECTIONS = 100;
const SCHOOLS = 20;
const DRAIN_DEADLINE_MS = 300_000;

function loadOn(mqttUrl: string, credentials: SimulatorCredentials, seconds: number): Promise<LoadResult> {
  const shape = { connections: CONNECTIONS, messagesPerSecond: 'max', metricsPerMessage: METRICS_PER_MESSAGE } as const;
  return createLoad({ mqttUrl, credentials, seconds, ...shape }).run();
}

async function enrol(app: App): Promise<readonly SimulatorCredential[]> {
  const credentials: SimulatorCredential[] = [];
  for (let index = 0; index < SCHOOLS; index++) {
    const school = `bench-${index}`;
    await putSchool(app, { id: school });
    credentials.push(simulatorCredential.parse({ school, gateway: 'gw', ...(await addGateway(app, school, 'gw')) }));
  }
  return credentials;
}

async function ours(): Promise<LoadResult & { readonly storedPerSecond: number }> {
  const app = await startApp();
  try {
    const credentials = await enrol(app);
    await loadOn(app.mqtt, credentials, WARM_UP_SECONDS);
    const before = await settledStats(app, DRAIN_DEADLINE_MS);
    const started = performance.now();
    const result = await loadOn(app.mqtt, credentials, SECONDS);
    const after = await settledStats(app, DRAIN_DEADLINE_MS);
    const stored = after.stored - before.stored;
    if (stored !== result.acked) throw new Error(`${result.acked} were acknowledged and ${stored} stored`);
    return { ...result, storedPerSecond: stored / ((performance.now() - started) / 1_000) };
  } finally {
    await app.stop();
  }
}

async function mosquitto(): Promise<LoadResult | null> {
  const program = findProgram('mosquitto');
  if (program === undefined) return null;
  const broker = await startMosquitto(program);
  try {
    await loadOn(broker.url, 'anonymous', WARM_UP_SECONDS);
    return await loadOn(broker.url, 'anonymous', SECONDS);
  } finally {
    await broker.stop();
  }
}

const perSecond = ({ acked, seconds }: LoadResult): number => acked / seconds;

export const ingest: BenchCase = {
  name: 'ingest',
  async run() {
    const [here, there] = [await ours(), await mosquitto()];
    const beside = (value: (result: LoadResult) => number) =>
      there && { tool: 'mosquitto, in memory', value: value(there) };
    return [
      { what: 'acknowledged', unit: 'msg/s', ours: perSecond(here), reference: beside(perSecond), better: 'more' },
      { what: 'acknowledged and stored', unit: 'msg/s', ours: here.storedPerSecond, reference: null, better: 'more' },
      { what: 'to the PUBACK, p50', unit: 'ms', ours: here.p50, reference: beside(({ p50 }) => p50), better: 'less' },
      { what: 'to the PUBACK, p99', unit: 'ms', ours: here.p99, reference: beside(({ p99 }) => p99), better: 'less' },
    ];
  },
};
