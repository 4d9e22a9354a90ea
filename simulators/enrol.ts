/** Makes a demo's schools known to a running centre through its HTTP API, as a technician would, and brings back the credentials. */
import { z } from 'zod';
import { gatewayCreated } from '../contracts/http/devices.ts';
import type { Area } from '../contracts/places.ts';
import type { SimulatorCredential } from './credentials.ts';
import type { Demo } from './demo/demo.ts';

/** Requests under way at once: quick, but not an attack. */
const AT_ONCE = 8;
const TIMEOUT_MS = 30_000;
const CONFLICT = 409;

/**
 * Areas, schools, rooms, devices and one gateway per school. A gateway that exists gets a new password, which cuts off
 * whoever used it. Rejects with a sentence that names the request and the answer.
 */
export async function enrolDemo(options: {
  readonly demo: Demo;
  readonly apiUrl: string;
  readonly token: string;
}): Promise<SimulatorCredential[]> {
  const { demo } = options;
  const call = createCaller(options.apiUrl, options.token);

  // Parents first, and one by one: the tree may be checked.
  for (const area of parentsFirst(demo.areas)) {
    const { id, ...body } = area;
    await call('PUT', `areas/${id}`, body);
  }
  await each(demo.schools, ({ id, ...body }) => call('PUT', `schools/${id}`, body));
  await each(demo.rooms, ({ id, school, ...body }) => call('PUT', `schools/${school}/rooms/${id}`, body));
  await each(demo.devices, ({ id, school, kind, room }) =>
    call('PUT', `schools/${school}/devices/${encodeURIComponent(id)}`, { kind, room }),
  );
  return each(demo.gateways, async ({ school, gateway }) => {
    const gateways = `schools/${school}/gateways`;
    const created = await call('POST', gateways, { id: gateway }, CONFLICT);
    const answer = created.status === CONFLICT ? await call('POST', `${gateways}/${gateway}/rotate`, {}) : created;
    const { username, password } = gatewayCreated.parse(answer.body);
    return { school, gateway, username, password };
  });
}

type Call = (
  method: 'PUT' | 'POST',
  path: string,
  body: unknown,
  expected?: number,
) => Promise<{ readonly status: number; readonly body: unknown }>;

function createCaller(apiUrl: string, token: string): Call {
  return async (method, path, body, expected) => {
    const url = new URL(`/api/v1/${path}`, apiUrl);
    const response = await fetch(url, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    }).catch((error: unknown) => {
      throw new Error(`no answer from ${url.origin} (${method} ${url.pathname})`, { cause: error });
    });
    const text = await response.text();
    if (!response.ok && response.status !== expected)
      throw new Error(`${method} ${url.pathname} was answered ${response.status}: ${text.slice(0, 500)}`);
    return { status: response.status, body: text === '' ? undefined : z.json().parse(JSON.parse(text)) };
  };
}

/** Runs `work` for every item, a few at once; results in the order of the items. */
async function each<Item, Result>(items: readonly Item[], work: (item: Item) => Promise<Result>): Promise<Result[]> {
  const results: Result[] = [];
  for (let from = 0; from < items.length; from += AT_ONCE)
    results.push(...(await Promise.all(items.slice(from, from + AT_ONCE).map(work))));
  return results;
}

function parentsFirst(areas: readonly Area[]): Area[] {
  const sorted: Area[] = [];
  const add = (parent: Area['id'] | null): void => {
    for (const area of areas)
      if (area.parent === parent) {
        sorted.push(area);
        add(area.id);
      }
  };
  add(null);
  return sorted;
}
