import { createHash } from 'node:crypto';
import type { Insertable, Kysely, Selectable } from 'kysely';
import type { SchoolId } from '../../contracts/ids.ts';
import { inChunks } from './chunks.ts';
import type { QuarantineEntry, RecordsStore } from './port.ts';
import type { Tables, UseTables } from './tables.ts';

/** Far more than the row has columns, so that a chunk of full payloads stays a moderate statement. */
const PARAMETERS_PER_ENTRY = 40;
/** Schools named in one question; SQLite takes 32,766 parameters. */
const MAX_SCHOOLS_PER_QUERY = 30_000;

type Filter = Parameters<RecordsStore['quarantine']['list']>[0];

export function createQuarantine(use: UseTables): RecordsStore['quarantine'] {
  return {
    add: (entries) =>
      use((db) =>
        inChunks(db, entries.map(toRow), PARAMETERS_PER_ENTRY, (target, chunk) =>
          target
            .insertInto('quarantine')
            .values(chunk)
            .onConflict((conflict) => conflict.columns(['sequence', 'detail_hash']).doNothing())
            .execute(),
        ),
      ),
    list: (filter) => use((db) => list(db, filter)),
    /** Oldest first, the order in which they would be replayed; ids without an entry are left out. */
    get: (ids) =>
      use(async (db) => {
        const found: QuarantineEntry[] = [];
        await inChunks(db, knownAsIds(ids), 1, async (source, chunk) => {
          const entries = source.selectFrom('quarantine').selectAll().where('id', 'in', chunk).orderBy('id');
          found.push(...(await entries.execute()).map(fromRow));
        });
        return found;
      }),
    markReplayed: (ids, at) =>
      use((db) =>
        inChunks(db, knownAsIds(ids), 1, (target, chunk) =>
          target.updateTable('quarantine').set({ replayed_at: at }).where('id', 'in', chunk).execute(),
        ),
      ),
    count: () =>
      use(async (db) => {
        const all = db.selectFrom('quarantine').select((select) => select.fn.countAll<number>().as('entries'));
        return (await all.executeTakeFirstOrThrow()).entries;
      }),
    trim: (keep) =>
      use(async (db) => {
        const { numDeletedRows } = await db
          .deleteFrom('quarantine')
          .where('id', '<=', (newest) =>
            newest.selectFrom('quarantine').select('id').orderBy('id', 'desc').limit(1).offset(keep),
          )
          .executeTakeFirst();
        return Number(numDeletedRows);
      }),
  };
}

/** A cursor that is no id of an entry has nothing before it. */
async function list(db: Kysely<Tables>, filter: Filter): Promise<readonly QuarantineEntry[]> {
  if (filter.cursor !== undefined && !/^\d{1,15}$/.test(filter.cursor)) return [];
  if (filter.schools === undefined) return listOf(db, filter, undefined);
  const schools = [...new Set(filter.schools)];
  const found: QuarantineEntry[] = [];
  for (let from = 0; from < schools.length; from += MAX_SCHOOLS_PER_QUERY)
    found.push(...(await listOf(db, filter, schools.slice(from, from + MAX_SCHOOLS_PER_QUERY))));
  return found.sort((one, other) => other.id - one.id).slice(0, filter.limit);
}

async function listOf(
  db: Kysely<Tables>,
  filter: Filter,
  schools: readonly SchoolId[] | undefined,
): Promise<QuarantineEntry[]> {
  let query = db.selectFrom('quarantine').selectAll().orderBy('id', 'desc').limit(filter.limit);
  if (filter.cursor !== undefined) query = query.where('id', '<', Number(filter.cursor));
  if (filter.school !== undefined) query = query.where('school', '=', filter.school);
  if (filter.reason !== undefined) query = query.where('reason', '=', filter.reason);
  if (schools !== undefined) query = query.where('school', 'in', schools);
  return (await query.execute()).map(fromRow);
}

/** Ids come from requests: what can not be one is not asked for. Ascending, each once. */
function knownAsIds(ids: readonly number[]): number[] {
  return [...new Set(ids)].filter((id) => Number.isSafeInteger(id)).sort((one, other) => one - other);
}

function toRow(entry: Omit<QuarantineEntry, 'id' | 'replayedAt'>): Insertable<Tables['quarantine']> {
  return {
    sequence: entry.sequence,
    detail_hash: createHash('sha256').update(entry.detail, 'utf16le').digest('hex'),
    detail: entry.detail,
    reason: entry.reason,
    school: entry.school,
    gateway: entry.gateway,
    transport: entry.transport,
    topic: entry.topic,
    payload: entry.payload,
    received_at: entry.receivedAt,
    retained: entry.retained ? 1 : 0,
    replayed_at: null,
  };
}

function fromRow(row: Selectable<Tables['quarantine']>): QuarantineEntry {
  return {
    id: row.id,
    sequence: row.sequence,
    detail: row.detail,
    reason: row.reason,
    school: row.school,
    gateway: row.gateway,
    transport: row.transport,
    topic: row.topic,
    payload: new Uint8Array(row.payload),
    receivedAt: row.received_at,
    retained: row.retained !== 0,
    replayedAt: row.replayed_at,
  };
}
