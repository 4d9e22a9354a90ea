/** Acknowledged means stored: the process is killed under load, again and again, and nothing acknowledged is lost or doubled. */
import { rm } from 'node:fs/promises';
import type { MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type App, startApp, temporaryFolder } from '../support/app.ts';
import { backends, type RunningBackend } from '../support/backends.ts';
import { readHistory } from '../support/history.ts';
import { type Credentials, connectGateway } from '../support/mqttClient.ts';
import { poll } from '../support/poll.ts';
import { addGateway, putSchool, readStats, settledStats } from '../support/provision.ts';

const SCHOOLS = ['thcs-a', 'thcs-b', 'tieu-hoc-c', 'tieu-hoc-d', 'mam-non-e'];
const GATEWAYS_PER_SCHOOL = 10;
const CYCLES = 4;
/** Acknowledgements over all clients after which the process is killed; grows, so that files roll and batches differ. */
const ACKS_BEFORE_KILL = 1_500;
const IN_FLIGHT_PER_CLIENT = 20;

/** A device of one gateway, and what it sent: reading number `n` says `n` at `n` seconds after the start. */
interface Sender {
  readonly school: string;
  readonly device: string;
  readonly credentials: Credentials;
  sent: number;
  readonly acked: Set<number>;
}

const START = Math.floor(Date.now() / 1_000) * 1_000 - 3_600_000 * 6;
const messageOf = (n: number) => JSON.stringify([{ n: 'energy', u: 'kWh', v: n, t: (START + n * 1_000) / 1_000 }]);

/** Publishes as fast as it is acknowledged until the line breaks. */
function publishUntilCut(client: MqttClient, sender: Sender, onAck: () => void): Promise<void> {
  return new Promise((resolve) => {
    const publish = () => {
      const n = sender.sent++;
      client.publish(`${sender.device}/readings`, messageOf(n), { qos: 1 }, (error) => {
        if (error) return;
        sender.acked.add(n);
        onAck();
        publish();
      });
    };
    client.once('close', () => resolve());
    // A broken pipe is what this test is about.
    client.on('error', () => undefined);
    for (let flight = 0; flight < IN_FLIGHT_PER_CLIENT; flight++) publish();
  });
}

describe.each(backends('kill -9'))('kill -9 under load on $name', ({ start }) => {
  const senders: Sender[] = [];
  let backend: RunningBackend;
  let dataDir: string;
  let app: App;

  beforeAll(async () => {
    backend = await start();
    dataDir = await temporaryFolder();
    app = await startApp({ dataDir, env: backend.env });
    for (const school of SCHOOLS) {
      await putSchool(app, { id: school });
      for (let index = 0; index < GATEWAYS_PER_SCHOOL; index++) {
        const credentials = await addGateway(app, school, `gw${index}`);
        senders.push({ school, device: `meter${index}`, credentials, sent: 0, acked: new Set() });
      }
    }
  });
  afterAll(async () => {
    await app?.stop();
    await backend?.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  async function loadAndKill(acksBeforeKill: number): Promise<void> {
    const clients = await Promise.all(senders.map(({ credentials }) => connectGateway(app.mqtt, credentials)));
    let acks = 0;
    const cut = senders.map((sender, index) => {
      const client = clients[index];
      if (!client) throw new Error(`sender ${index} has no client`);
      return publishUntilCut(client, sender, () => acks++);
    });
    await poll(() => acks >= acksBeforeKill, { deadlineMs: 60_000, everyMs: 5 });
    await app.kill9();
    await Promise.all(cut);
    for (const client of clients) client.end(true);
  }

  async function storedBy({ school, device, sent }: Sender): Promise<readonly number[]> {
    const span = { from: START, to: START + (sent + 1) * 1_000 };
    const points = await readHistory(app, { school, device, metric: 'energy', ...span });
    for (const [at, n] of points) expect(at).toBe(START + n * 1_000);
    return points.map(([, n]) => n);
  }

  test('what was acknowledged is there, once, after every restart', async () => {
    for (let cycle = 1; cycle <= CYCLES; cycle++) {
      await loadAndKill(ACKS_BEFORE_KILL * cycle);
      app = await startApp({ dataDir, env: backend.env });
      // The identity is asserted at every look on the way.
      await settledStats(app);
      let readings = 0;
      for (const sender of senders) {
        const stored = await storedBy(sender);
        const unique = new Set(stored);
        expect(unique.size).toBe(stored.length);
        expect([...sender.acked].filter((n) => !unique.has(n))).toEqual([]);
        expect(stored.filter((n) => n >= sender.sent)).toEqual([]);
        readings += stored.length;
      }
      // Every message carries one reading of its own: both sides of the system count the same.
      expect((await readStats(app)).stored).toBe(readings);
    }
  });

  test('the devices send everything again: it is complete, and nothing is doubled', async () => {
    const before = await readStats(app);
    const sent = senders.reduce((sum, sender) => sum + sender.sent, 0);
    await Promise.all(
      senders.map(async ({ credentials, device, sent: count }) => {
        const client = await connectGateway(app.mqtt, credentials);
        const all = Array.from({ length: count }, (_, n) =>
          client.publishAsync(`${device}/readings`, messageOf(n), { qos: 1 }),
        );
        await Promise.all(all);
        await client.endAsync();
      }),
    );
    const after = await settledStats(app);
    expect(after.received).toBe(before.received + sent);
    expect(after.stored).toBe(sent);
    expect(after.duplicate).toBe(before.duplicate + before.stored);
    for (const sender of senders)
      expect(await storedBy(sender)).toEqual(Array.from({ length: sender.sent }, (_, n) => n));
  });
});
