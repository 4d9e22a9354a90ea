/** Which InfluxDB this is, how it is spoken to, and that the database is there. */
import { z } from 'zod';
import { TelemetryMisconfigured } from '../port.ts';
import { failureOf, unreachable } from './failure.ts';
import { addressOf, createInfluxQl, type InfluxQl, identifier } from './influxQl.ts';
import { createLineWriter, type LineWriter } from './lineWriter.ts';

export interface InfluxServerOptions {
  readonly url: string;
  /** Bucket of 2.x and 3.x; the name of the database on 1.x. */
  readonly bucket: string;
  readonly org?: string | undefined;
  readonly token?: string | undefined;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  readonly timeoutMs: number;
}

export interface InfluxServer {
  readonly influxQl: InfluxQl;
  readonly writer: LineWriter;
  /** 3.x has no way to delete points: it forgets by the retention period of the database. */
  readonly canDelete: boolean;
}

type Headers = Readonly<Record<string, string>>;

/** Connects and creates what is missing. Rejects with a sentence. */
export async function connectInflux(options: InfluxServerOptions): Promise<InfluxServer> {
  const { url, bucket, org, timeoutMs } = options;
  const major = await majorVersion(options);
  const headers = credentials(options, major);
  const influxQl = createInfluxQl({ url, database: bucket, headers, timeoutMs });
  const writerAt = (path: string, parameters: Record<string, string>) =>
    createLineWriter({ url, path: addressOf('', path, { ...parameters, precision: 'ns' }), headers, timeoutMs });

  switch (major) {
    case 1:
      await createDatabase(influxQl, bucket);
      return { influxQl, writer: writerAt('/write', { db: bucket }), canDelete: true };
    case 2:
      if (org === undefined)
        throw new TelemetryMisconfigured(`InfluxDB at ${url} is 2.x: IOC_INFLUX_ORG and IOC_INFLUX_TOKEN are needed`);
      await mapBucket(options, org, headers, influxQl);
      return { influxQl, writer: writerAt('/api/v2/write', { org, bucket }), canDelete: true };
    case 3:
      await createDatabase3(options, headers);
      return { influxQl, writer: writerAt('/api/v2/write', { bucket }), canDelete: false };
    default:
      throw new TelemetryMisconfigured(`InfluxDB at ${url} is version ${major}; known are 1.x, 2.x and 3.x`);
  }
}

async function majorVersion(options: InfluxServerOptions): Promise<number> {
  const response = await request(options, '/ping', { headers: credentials(options, 3) });
  const named = response.headers.get('x-influxdb-version') ?? versionIn(await response.text());
  const major = /^v?(\d+)\./.exec(named ?? '')?.[1];
  if (major === undefined) throw new TelemetryMisconfigured(`what answers at ${options.url} is no InfluxDB`);
  return Number(major);
}

/** 3.x tells its version in the body. */
function versionIn(body: string): string | undefined {
  try {
    return z.object({ version: z.string() }).parse(JSON.parse(body)).version;
  } catch {
    return undefined; // some other server
  }
}

/** In headers, never in the URL: URLs end up in logs. */
function credentials({ token, username, password }: InfluxServerOptions, major: number): Headers {
  if (token !== undefined) return { authorization: `${major === 3 ? 'Bearer' : 'Token'} ${token}` };
  if (username === undefined) return {};
  return { authorization: `Basic ${Buffer.from(`${username}:${password ?? ''}`).toString('base64')}` };
}

async function createDatabase(influxQl: InfluxQl, name: string): Promise<void> {
  try {
    await influxQl.query([`CREATE DATABASE ${identifier(name)}`]);
  } catch (error) {
    if (!(error instanceof TelemetryMisconfigured)) throw error;
    // A user who may not create databases can still use one that is there; if it is not, this says so.
    await influxQl.query(['SHOW MEASUREMENTS LIMIT 1']);
  }
}

const buckets = z.object({ buckets: z.array(z.object({ id: z.string(), name: z.string() })) });

/** 2.x answers InfluxQL for a bucket that has a database name; newer ones give every bucket one by themselves. */
async function mapBucket(
  options: InfluxServerOptions,
  org: string,
  headers: Headers,
  influxQl: InfluxQl,
): Promise<void> {
  const { url, bucket } = options;
  const found = await request(options, '/api/v2/buckets', { headers }, { org, name: bucket });
  if (!found.ok) throw await failure(found, url);
  const known = buckets.parse(await found.json()).buckets.find(({ name }) => name === bucket);
  if (!known) throw new TelemetryMisconfigured(`InfluxDB at ${url} has no bucket "${bucket}" in "${org}"`);
  try {
    await influxQl.query(['SHOW MEASUREMENTS LIMIT 1']);
  } catch (error) {
    if (!(error instanceof TelemetryMisconfigured)) throw error;
    const mapping = { bucketID: known.id, database: bucket, retention_policy: 'autogen', default: true, org };
    const mapped = await request(options, '/api/v2/dbrps', post(headers, mapping));
    if (!mapped.ok) throw await failure(mapped, url);
    await influxQl.query(['SHOW MEASUREMENTS LIMIT 1']);
  }
}

const CONFLICT = 409;

async function createDatabase3(options: InfluxServerOptions, headers: Headers): Promise<void> {
  const created = await request(options, '/api/v3/configure/database', post(headers, { db: options.bucket }));
  if (!created.ok && created.status !== CONFLICT) throw await failure(created, options.url);
}

const post = (headers: Headers, body: object): RequestInit => ({
  method: 'POST',
  headers: { ...headers, 'content-type': 'application/json' },
  body: JSON.stringify(body),
});

async function request(
  { url, timeoutMs }: InfluxServerOptions,
  path: string,
  init: RequestInit,
  parameters: Record<string, string> = {},
): Promise<Response> {
  try {
    return await fetch(addressOf(url, path, parameters), { ...init, signal: AbortSignal.timeout(timeoutMs) });
  } catch (error) {
    throw unreachable(`InfluxDB at ${url}`, error);
  }
}

async function failure(response: Response, url: string): Promise<Error> {
  const body = await response.text();
  return failureOf(
    { status: response.status, body, retryAfter: response.headers.get('retry-after') },
    `InfluxDB at ${url}`,
  );
}
