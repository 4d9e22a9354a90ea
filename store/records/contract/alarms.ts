/** Alarms and rules: one alarm at a time for a rule on a subject, steps kept for ever, paging that misses nothing. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AlarmId, RuleId } from '../../../contracts/alarm.ts';
import type { Rule } from '../../../contracts/rule.ts';
import { type AlarmRecord, AlreadyExists, type RecordsStore } from '../port.ts';
import { emptyStore, type OpenPlace } from './place.ts';
import { deviceId, HOSTILE_TEXTS, RECEIVED_AT, schoolId } from './samples.ts';

// The branded ids skip their check on purpose: the store must keep any text as data.
const alarmId = (text: string) => text as AlarmId;
const ruleId = (text: string) => text as RuleId;

function alarm(id: string, rest: Partial<AlarmRecord> = {}): AlarmRecord {
  return {
    id: alarmId(id),
    rule: ruleId('co2'),
    ruleVersion: 1,
    subject: `subject of ${id}`,
    severity: 'warning',
    state: rest.clearedAt == null ? 'raised' : 'cleared',
    school: schoolId('a'),
    room: null,
    device: deviceId('lớp 1/không khí'),
    sensor: '',
    gateway: null,
    metric: 'co2',
    value: 1_200.5,
    level: 1_000,
    raisedAt: RECEIVED_AT,
    acknowledgedAt: null,
    clearedAt: null,
    suppressed: 0,
    flaps: 1,
    owner: null,
    shelvedUntil: null,
    closedAt: null,
    closeReason: null,
    steps: 1,
    ...rest,
  };
}

const NOTHING = { alarms: [], steps: [], machines: [] };
const put = (store: RecordsStore, ...alarms: AlarmRecord[]) => store.alarms.save({ ...NOTHING, alarms });
const idsOf = (alarms: readonly AlarmRecord[]) => alarms.map(({ id }) => id);

const step = (of: string, number: number, text = '') =>
  ({
    alarm: alarmId(of),
    number,
    at: number,
    who: null,
    what: 'commented',
    severity: 'danger',
    value: 1.5,
    text,
  }) as const;

export function describeAlarms(openPlace: OpenPlace): void {
  describe('alarms', () => {
    test('come back exactly, replaced as a whole', async () => {
      const store = await emptyStore(openPlace);
      const full = alarm('1', {
        state: 'cleared',
        acknowledgedAt: 5.25,
        clearedAt: 6,
        owner: 'trực ban',
        shelvedUntil: 7,
        closedAt: 8,
        closeReason: 'false_alarm',
        suppressed: 40,
        flaps: 5,
      });
      const bare = alarm('2', {
        school: null,
        device: null,
        metric: null,
        subject: 'x'.repeat(20_000),
        raisedAt: RECEIVED_AT + 1,
      });
      await put(store, alarm('1'), bare);
      await put(store, full);
      expect(await store.alarms.get(alarmId('1'))).toEqual(full);
      expect(await store.alarms.list({ limit: 5 })).toEqual([bare, full]);
      expect(await store.alarms.get(alarmId('3'))).toBeUndefined();
    });

    test('there is one open alarm of a rule on a subject; another one leaves nothing of its unit behind', async () => {
      const store = await emptyStore(openPlace);
      const subject = 'one';
      await put(store, alarm('1', { subject }));
      const twice = { alarms: [alarm('2', { subject })], steps: [step('2', 1)], machines: [] };
      await expect(store.alarms.save(twice)).rejects.toThrow(/unique/i);
      expect(await store.alarms.steps(alarmId('2'))).toEqual([]);
      await put(store, alarm('other rule', { subject, rule: ruleId('smoke') }));
      // whatever their ids, the end of one and the beginning of the next are one unit
      await put(store, alarm('0', { subject }), alarm('1', { subject, clearedAt: 9 }));
      expect(idsOf(await store.alarms.current(0)).toSorted()).toEqual(['0', 'other rule']);
    });

    test('current: open ones, and those shelved for longer', async () => {
      const store = await emptyStore(openPlace);
      await put(
        store,
        alarm('open'),
        alarm('over', { clearedAt: 5 }),
        alarm('shelved', { clearedAt: 5, shelvedUntil: 100 }),
      );
      expect(idsOf(await store.alarms.current(99)).toSorted()).toEqual(['open', 'shelved']);
      expect(idsOf(await store.alarms.current(100))).toEqual(['open']);
    });

    test('steps are kept once and in order, whatever they say', async () => {
      const store = await emptyStore(openPlace);
      const steps = HOSTILE_TEXTS.map((text, index) => step('1', index + 1, text));
      await store.alarms.save({ ...NOTHING, steps: steps.toReversed() });
      await store.alarms.save({ ...NOTHING, steps: [step('1', 1, 'later'), step('2', 1)] });
      const stored = await store.alarms.steps(alarmId('1'));
      expect(stored.map(({ number, text }) => [number, text])).toEqual(steps.map(({ number, text }) => [number, text]));
      const { alarm: _alarm, ...first } = step('1', 1, HOSTILE_TEXTS[0]);
      expect(stored[0]).toEqual(first);
    });

    test('machines are remembered by rule and subject until they are forgotten', async () => {
      const store = await emptyStore(openPlace);
      const machine = (rule: string, subject: string, state: unknown) => ({ rule: ruleId(rule), subject, state });
      const machines = HOSTILE_TEXTS.map((text) => machine('co2', text, { levels: [text] }));
      await store.alarms.save({
        ...NOTHING,
        machines: [...machines, machine('b', 'gone', 1), machine('b', 'gone', null)],
      });
      expect(await store.alarms.machines()).toHaveLength(HOSTILE_TEXTS.length);
      expect((await store.alarms.machines()).map(({ subject }) => subject).toSorted()).toEqual(
        [...HOSTILE_TEXTS].sort(),
      );
      await store.alarms.save({ ...NOTHING, machines: machines.slice(1).map((each) => ({ ...each, state: null })) });
      expect(await store.alarms.machines()).toEqual(machines.slice(0, 1));
    });

    test('paging is complete and without repeats, whatever the filter and the page size', async () => {
      const schools = ['a', 'b', 'c'].map(schoolId);
      const entry = fc.record({
        school: fc.constantFrom(null, ...schools),
        severity: fc.constantFrom('information' as const, 'warning' as const, 'danger' as const),
        raisedAt: fc.integer({ min: 0, max: 6 }),
        length: fc.option(fc.integer({ min: 0, max: 3 })),
      });
      const filters = fc.record(
        {
          school: fc.constantFrom(...schools),
          schools: fc.subarray([...schools]),
          severity: fc.constantFrom('information' as const, 'warning' as const, 'danger' as const),
          state: fc.constantFrom('open' as const, 'raised' as const, 'acknowledged' as const, 'cleared' as const),
          from: fc.integer({ min: 0, max: 8 }),
          to: fc.integer({ min: 0, max: 8 }),
        },
        { requiredKeys: [] },
      );
      await fc.assert(
        fc.asyncProperty(
          fc.array(entry, { maxLength: 20 }),
          filters,
          fc.integer({ min: 1, max: 7 }),
          async (entries, filter, limit) => {
            const store = await emptyStore(openPlace);
            const all = entries.map(({ length, ...rest }, index) =>
              alarm(`id-${(index * 7) % 20}-${index}`, {
                ...rest,
                clearedAt: length === null ? null : rest.raisedAt + length,
              }),
            );
            await put(store, ...all);
            const expected = all.filter(
              (each) =>
                (filter.school === undefined || each.school === filter.school) &&
                (filter.schools === undefined || (each.school !== null && filter.schools.includes(each.school))) &&
                (filter.severity === undefined || each.severity === filter.severity) &&
                (filter.state === undefined ||
                  (filter.state === 'open' ? each.clearedAt === null : each.state === filter.state)) &&
                (filter.from === undefined || each.clearedAt === null || each.clearedAt >= filter.from) &&
                (filter.to === undefined || each.raisedAt < filter.to),
            );
            const found: AlarmRecord[] = [];
            for (;;) {
              const last = found.at(-1);
              const page = await store.alarms.list({
                ...filter,
                limit,
                after: last && { raisedAt: last.raisedAt, id: last.id },
              });
              found.push(...page);
              if (page.length < limit) break;
            }
            expect(found).toEqual(
              expected.toSorted((one, other) => other.raisedAt - one.raisedAt || (one.id < other.id ? 1 : -1)),
            );
          },
        ),
        { numRuns: 15 },
      );
    });

    test('a scope of more schools than a statement takes is still one list', async () => {
      const store = await emptyStore(openPlace);
      const scope = Array.from({ length: 70_000 }, (_, index) => schoolId(`s${index}`));
      const at = (index: number, raisedAt: number) => alarm(`${index}`, { school: scope[index] ?? null, raisedAt });
      await put(store, at(0, 1), at(69_999, 3), at(35_000, 2), alarm('outside', { school: schoolId('b') }));
      expect(idsOf(await store.alarms.list({ schools: scope, limit: 2 }))).toEqual(['69999', '35000']);
    });
  });

  describe('rules', () => {
    test('every version is kept, the newest counts, and none is written twice', async () => {
      const store = await emptyStore(openPlace);
      // What a rule holds is nothing to the store.
      const version = (id: string, number: number) => ({
        rule: { id, version: number, words: { vi: 'Khí CO₂' } } as unknown as Rule,
        changedAt: number + 0.25,
        changedBy: 'quản trị',
      });
      for (const [id, number] of [
        ['a', 2],
        ['b', 1],
        ['a', 3],
        ['a', 10],
      ] as const)
        await store.rules.add(version(id, number));
      expect(await store.rules.current()).toEqual([version('a', 10), version('b', 1)]);
      expect(await store.rules.versions(ruleId('a'))).toEqual([version('a', 2), version('a', 3), version('a', 10)]);
      await expect(store.rules.add(version('a', 3))).rejects.toThrow(AlreadyExists);
      expect(await store.rules.versions(ruleId('c'))).toEqual([]);
    });
  });
}
