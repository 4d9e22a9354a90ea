/** The system under attack: the real process, two schools, and a bystander whose service must not suffer. */
import { readFile } from 'node:fs/promises';
import type { MqttClient } from 'mqtt';
import { type App, type AppOptions, startApp } from '../support/app.ts';
import { type Credentials, connectGateway, publishAndWait } from '../support/mqttClient.ts';
import { addGateway, putSchool } from '../support/provision.ts';

export interface Target {
  readonly app: App;
  /** Two gateways of school `a`, one of school `b`. */
  readonly a: Credentials;
  readonly a2: Credentials;
  readonly b: Credentials;
  /** A gateway of school `b` that goes on publishing: milliseconds to its acknowledgement. */
  bystander(): Promise<number>;
  /** Asks /healthz: milliseconds to the answer, which must be 200. */
  health(): Promise<number>;
  residentBytes(): Promise<number>;
  /** How often something was turned away for this reason, by /metrics. */
  refused(reason: string): Promise<number>;
  stop(): Promise<void>;
}

export async function startTarget(options: AppOptions = {}): Promise<Target> {
  const app = await startApp(options);
  for (const id of ['a', 'b']) await putSchool(app, { id });
  const [a, a2, b] = [
    await addGateway(app, 'a', 'gw'),
    await addGateway(app, 'a', 'gw2'),
    await addGateway(app, 'b', 'gw'),
  ];
  let client: MqttClient | undefined;
  let at = Date.now() - 3_600_000;

  return {
    app,
    a,
    a2,
    b,
    async bystander() {
      client ??= await connectGateway(app.mqtt, b, { clientId: 'bystander' });
      const started = performance.now();
      await publishAndWait(client, 'air/readings', [{ n: 'co2', u: 'ppm', v: 800, t: at++ / 1_000 }]);
      return performance.now() - started;
    },
    async health() {
      const started = performance.now();
      const { status } = await app.api('GET', '/healthz', undefined, { token: null });
      if (status !== 200) throw new Error(`/healthz answered ${status}`);
      return performance.now() - started;
    },
    async residentBytes() {
      const status = await readFile(`/proc/${app.child.process.pid}/status`, 'utf8');
      return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) * 1_024;
    },
    async refused(reason) {
      const { body } = await app.api('GET', '/metrics');
      return Number(new RegExp(`ioc_intake_refused_total\\{reason="${reason}"\\} (\\d+)`).exec(String(body))?.[1]);
    },
    async stop() {
      await client?.endAsync(true);
      await app.stop();
    },
  };
}
