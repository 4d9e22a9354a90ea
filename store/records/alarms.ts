import { createHash } from 'node:crypto';
import type { Kysely, Selectable } from 'kysely';
import type { SchoolId } from '../../contracts/ids.ts';
import { inChunks, upsert } from './chunks.ts';
import { fromJson, toJson } from './json.ts';
import type { AlarmChanges, AlarmFilter, AlarmRecord, RecordsStore } from './port.ts';
import type { Tables, UseTables } from './tables.ts';

const PARAMETERS_PER_STEP = 8;
/** Schools named in one question; SQLite takes 32,766 parameters. */
const MAX_SCHOOLS_PER_QUERY = 30_000;
const STEP_COLUMNS = ['number', 'at', 'who', 'what', 'severity', 'value', 'text'] as const;

export function createAlarms(use: UseTables): RecordsStore['alarms'] {
  return {
    save: (changes) => use((db) => db.transaction().execute((target) => save(target, changes))),
    get: (id) =>
      use(async (db) => {
        const row = await db.selectFrom('alarms').selectAll().where('id', '=', id).executeTakeFirst();
        return row && fromRow(row);
      }),
    current: (now) =>
      use(async (db) => {
        const rows = await db
          .selectFrom('alarms')
          .selectAll()
          .where((where) => where.or([where('cleared_at', 'is', null), where('shelved_until', '>', now)]))
          .orderBy('raised_at')
          .orderBy('id')
          .execute();
        return rows.map(fromRow);
      }),
    list: (filter) => use((db) => list(db, filter)),
    steps: (id) =>
      use((db) =>
        db.selectFrom('alarm_steps').select(STEP_COLUMNS).where('alarm', '=', id).orderBy('number').execute(),
      ),
    machines: () =>
      use(async (db) => {
        const rows = await db.selectFrom('alarm_machines').select(['rule', 'subject', 'state_json']).execute();
        return rows.map(({ rule, subject, state_json }) => ({ rule, subject, state: fromJson(state_json) }));
      }),
  };
}

async function save(db: Kysely<Tables>, { alarms, steps, machines }: AlarmChanges): Promise<void> {
  const rows = alarms.map(toRow);
  // What ended first: there is room for one open alarm of a rule on a subject.
  const ended = rows.filter(({ cleared_at }) => cleared_at !== null);
  await upsert(db, 'alarms', ['id'], ended);
  const open = rows.filter(({ cleared_at }) => cleared_at === null);
  await upsert(db, 'alarms', ['id'], open);
  await inChunks(db, steps, PARAMETERS_PER_STEP, (target, chunk) =>
    target
      .insertInto('alarm_steps')
      .values(
        chunk.map(({ alarm, number, at, who, what, severity, value, text }) => ({
          alarm,
          number,
          at,
          who,
          what,
          severity,
          value,
          text,
        })),
      )
      .onConflict((conflict) => conflict.columns(['alarm', 'number']).doNothing())
      .execute(),
  );
  const last = new Map(machines.map((machine) => [`${machine.rule}\n${machine.subject}`, machine]));
  const kept = [...last.values()].filter(({ state }) => state !== null);
  await upsert(
    db,
    'alarm_machines',
    ['rule', 'subject_hash'],
    kept.map(({ rule, subject, state }) => ({
      rule,
      subject_hash: hashOf(subject),
      subject,
      state_json: toJson(state),
    })),
  );
  for (const { rule, subject, state } of last.values())
    if (state === null)
      await db
        .deleteFrom('alarm_machines')
        .where('rule', '=', rule)
        .where('subject_hash', '=', hashOf(subject))
        .execute();
}

async function list(db: Kysely<Tables>, filter: AlarmFilter): Promise<readonly AlarmRecord[]> {
  if (filter.schools === undefined) return listOf(db, filter, undefined);
  const schools = [...new Set(filter.schools)];
  const found: AlarmRecord[] = [];
  for (let from = 0; from < schools.length; from += MAX_SCHOOLS_PER_QUERY)
    found.push(...(await listOf(db, filter, schools.slice(from, from + MAX_SCHOOLS_PER_QUERY))));
  return found.sort(newestFirst).slice(0, filter.limit);
}

function newestFirst(one: AlarmRecord, other: AlarmRecord): number {
  return other.raisedAt - one.raisedAt || (one.id < other.id ? 1 : -1);
}

async function listOf(
  db: Kysely<Tables>,
  filter: AlarmFilter,
  schools: readonly SchoolId[] | undefined,
): Promise<AlarmRecord[]> {
  const { state, severity, rule, school, device, from, to, after } = filter;
  let query = db
    .selectFrom('alarms')
    .selectAll()
    .orderBy('raised_at', 'desc')
    .orderBy('id', 'desc')
    .limit(filter.limit);
  if (state === 'open') query = query.where('cleared_at', 'is', null);
  else if (state !== undefined) query = query.where('state', '=', state);
  if (severity !== undefined) query = query.where('severity', '=', severity);
  if (rule !== undefined) query = query.where('rule', '=', rule);
  if (school !== undefined) query = query.where('school', '=', school);
  if (schools !== undefined) query = query.where('school', 'in', schools);
  if (device !== undefined) query = query.where('device', '=', device);
  if (to !== undefined) query = query.where('raised_at', '<', to);
  if (from !== undefined)
    query = query.where((where) => where.or([where('cleared_at', 'is', null), where('cleared_at', '>=', from)]));
  if (after !== undefined)
    query = query.where((where) =>
      where.or([
        where('raised_at', '<', after.raisedAt),
        where.and([where('raised_at', '=', after.raisedAt), where('id', '<', after.id)]),
      ]),
    );
  return (await query.execute()).map(fromRow);
}

function hashOf(subject: string): string {
  return createHash('sha256').update(subject, 'utf16le').digest('hex');
}

function toRow(alarm: AlarmRecord): Tables['alarms'] {
  return {
    id: alarm.id,
    rule: alarm.rule,
    rule_version: alarm.ruleVersion,
    subject_hash: hashOf(alarm.subject),
    subject: alarm.subject,
    severity: alarm.severity,
    state: alarm.state,
    school: alarm.school,
    room: alarm.room,
    device: alarm.device,
    sensor: alarm.sensor,
    gateway: alarm.gateway,
    metric: alarm.metric,
    value: alarm.value,
    level: alarm.level,
    raised_at: alarm.raisedAt,
    acknowledged_at: alarm.acknowledgedAt,
    cleared_at: alarm.clearedAt,
    suppressed: alarm.suppressed,
    flaps: alarm.flaps,
    owner: alarm.owner,
    shelved_until: alarm.shelvedUntil,
    closed_at: alarm.closedAt,
    close_reason: alarm.closeReason,
    steps: alarm.steps,
  };
}

function fromRow(row: Selectable<Tables['alarms']>): AlarmRecord {
  return {
    id: row.id,
    rule: row.rule,
    ruleVersion: row.rule_version,
    subject: row.subject,
    severity: row.severity,
    state: row.state,
    school: row.school,
    room: row.room,
    device: row.device,
    sensor: row.sensor,
    gateway: row.gateway,
    metric: row.metric,
    value: row.value,
    level: row.level,
    raisedAt: row.raised_at,
    acknowledgedAt: row.acknowledged_at,
    clearedAt: row.cleared_at,
    suppressed: row.suppressed,
    flaps: row.flaps,
    owner: row.owner,
    shelvedUntil: row.shelved_until,
    closedAt: row.closed_at,
    closeReason: row.close_reason,
    steps: row.steps,
  };
}
