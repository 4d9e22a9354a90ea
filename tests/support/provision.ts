/** Areas, schools and gateways, made through the API as an administrator would. */
import { z } from 'zod';
import { gatewayCreated } from '../../contracts/http/devices.ts';
import { type IngestStats, ingestStats } from '../../contracts/http/ingest.ts';
import type { Answer, App } from './app.ts';
import type { Credentials } from './mqttClient.ts';
import { poll } from './poll.ts';

type Api = Pick<App, 'api'>;

export interface NewSchool {
  readonly id: string;
  readonly name?: string;
  readonly position?: readonly [number, number];
}

/** The parsed body of an answer that went well; everything else is an error that shows the answer. */
export function expectBody<Schema extends z.ZodType>(answer: Answer, schema: Schema): z.infer<Schema> {
  if (answer.status >= 200 && answer.status < 300) return schema.parse(answer.body);
  throw new Error(`answered ${answer.status}: ${JSON.stringify(answer.body)}`);
}

const AREA = 'thu-dau-mot';

export async function putSchool({ api }: Api, { id, name = `Trường ${id}`, position }: NewSchool): Promise<void> {
  expectBody(await api('PUT', `/api/v1/areas/${AREA}`, { name: 'Thủ Dầu Một', kind: 'ward' }), z.unknown());
  const body = { name, level: 'thcs', area: AREA, position: position ?? [106.65, 10.98], students: 800 };
  expectBody(await api('PUT', `/api/v1/schools/${id}`, body), z.unknown());
}

/** The credential of a new gateway of a school that exists. */
export async function addGateway({ api }: Api, school: string, id: string): Promise<Credentials> {
  const answer = await api('POST', `/api/v1/schools/${school}/gateways`, { id });
  const { username, password } = expectBody(answer, gatewayCreated);
  return { username, password };
}

export async function readStats({ api }: Api): Promise<IngestStats> {
  return expectBody(await api('GET', '/api/v1/ingest/stats'), ingestStats);
}

/** Waits until everything received is accounted for; the identity must hold at every look. */
export function settledStats(app: Api, deadlineMs = 60_000): Promise<IngestStats> {
  return poll(
    async () => {
      const stats = await readStats(app);
      assertIdentity(stats);
      if (stats.pending > 0) throw new Error(`${stats.pending} messages are still pending`);
      return stats;
    },
    { deadlineMs, everyMs: 100 },
  );
}

export function assertIdentity({ received, stored, duplicate, quarantined, pending }: IngestStats): void {
  const sum = stored + duplicate + quarantined + pending;
  if (received !== sum)
    throw new Error(`received ${received} is not stored + duplicate + quarantined + pending = ${sum}`);
}
