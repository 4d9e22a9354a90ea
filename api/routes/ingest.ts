/** What came in, what was refused, and trying that again. */
import type { z } from 'zod';
import {
  ingestStats,
  type quarantineEntry,
  quarantineList,
  quarantineQuery,
  replayBody,
  replayResult,
} from '../../contracts/http/ingest.ts';
import type { QuarantineEntry, RecordsStore } from '../../store/records/port.ts';
import type { Sight } from '../access/sight.ts';
import { encodeCursor, pageRequest } from '../paging.ts';
import type { IngestMonitor } from '../ports.ts';
import { refuse } from '../problems.ts';
import { NO_BODY, NO_PARAMS, NO_QUERY, ok, permitted, type Route, route } from '../route.ts';

/** Raw messages are up to 256 kB: a page ends early rather than fill the memory. */
const PAGE_BYTES = 4 * 1024 * 1024;
const FETCH_AT_ONCE = 20;

export interface IngestRouteParts {
  readonly records: Pick<RecordsStore, 'quarantine'>;
  readonly monitor: IngestMonitor;
}

export function ingestRoutes({ records, monitor }: IngestRouteParts): Route[] {
  return [
    route({
      method: 'get',
      path: '/api/v1/ingest/stats',
      summary: 'Messages since the installation began, by what became of them',
      access: permitted('view', 'installation'),
      params: NO_PARAMS,
      query: NO_QUERY,
      body: NO_BODY,
      answer: ingestStats,
      handle: async () => ok(monitor.stats()),
    }),
    route({
      method: 'get',
      path: '/api/v1/quarantine',
      summary: 'Refused messages, newest first',
      access: permitted('inspect', 'visible'),
      params: NO_PARAMS,
      query: quarantineQuery,
      body: NO_BODY,
      answer: quarantineList,
      async handle({ query, sight }) {
        const page = pageRequest(query, 1);
        if ('refused' in page) return page;
        const before = page.after?.[0];
        if (before !== undefined && !/^\d{1,15}$/.test(before))
          return refuse.badRequest([{ path: 'query.cursor', message: 'not a cursor of this list' }]);
        const filter = filterOf(query, await sight());
        return ok(filter ? await pageOfEntries(records, filter, { limit: page.limit, before }) : { items: [] });
      },
    }),
    route({
      method: 'post',
      path: '/api/v1/quarantine/replay',
      summary: 'Send refused messages through the pipeline again, after what was wrong has been mended',
      access: permitted('enrol', 'visible'),
      params: NO_PARAMS,
      query: NO_QUERY,
      body: replayBody,
      answer: replayResult,
      async handle({ body, sight }) {
        const { everything, school } = await sight();
        const asked = [...new Set(body.ids)];
        const found: number[] = [];
        for (let at = 0; at < asked.length; at += FETCH_AT_ONCE)
          for (const entry of await records.quarantine.get(asked.slice(at, at + FETCH_AT_ONCE)))
            if (everything || school(entry.school)) found.push(entry.id);
        const seen = new Set(found);
        const { replayed, missing } = found.length > 0 ? await monitor.replay(found) : { replayed: 0, missing: [] };
        return ok({ replayed, missing: [...asked.filter((id) => !seen.has(id)), ...missing] });
      },
    }),
  ];
}

type EntryFilter = Omit<Parameters<RecordsStore['quarantine']['list']>[0], 'limit' | 'cursor'>;

/** Undefined: the viewer sees none of it. */
function filterOf({ school, reason }: z.output<typeof quarantineQuery>, sight: Sight): EntryFilter | undefined {
  const what = reason === undefined ? {} : { reason };
  if (school !== undefined) return sight.school(school) ? { ...what, school } : undefined;
  return sight.everything ? what : { ...what, schools: sight.schools.map(({ id }) => id) };
}

async function pageOfEntries(
  records: IngestRouteParts['records'],
  filter: EntryFilter,
  { limit, before }: { readonly limit: number; readonly before: string | undefined },
): Promise<z.output<typeof quarantineList>> {
  const items: z.output<typeof quarantineEntry>[] = [];
  let cursor = before;
  let bytes = 0;
  while (true) {
    const fetched = await records.quarantine.list({ ...filter, limit: FETCH_AT_ONCE, cursor });
    for (const entry of fetched) {
      const last = items.at(-1);
      if (last && (items.length === limit || bytes + entry.payload.byteLength > PAGE_BYTES))
        return { items, cursor: encodeCursor([String(last.id)]) };
      items.push(shown(entry));
      bytes += entry.payload.byteLength;
      cursor = String(entry.id);
    }
    if (fetched.length < FETCH_AT_ONCE) return { items };
  }
}

function shown(entry: QuarantineEntry): z.output<typeof quarantineEntry> {
  const { id, school, gateway, transport, topic, payload, reason, detail, receivedAt, replayedAt } = entry;
  const base64 = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength).toString('base64');
  return {
    id,
    school,
    gateway,
    transport,
    topic,
    payload: base64,
    reason,
    detail,
    receivedAt: Math.floor(receivedAt),
    replayedAt,
  };
}
