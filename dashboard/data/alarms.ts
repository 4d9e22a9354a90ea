/** Alarms and rules as the screens ask for them, and what people do about them. */
import { queryOptions, useMutation, useQueries, useQueryClient } from '@tanstack/react-query';
import { useEffect, useMemo, useState } from 'react';
import type { z } from 'zod';
import type { AlarmId, AlarmSeverity, RuleId } from '../../contracts/alarm.ts';
import {
  type acknowledgeBody,
  alarmDetail,
  alarmList,
  alarmView,
  type assignBody,
  type closeBody,
  type commentBody,
  ruleDetail,
  ruleList,
  tryResult,
} from '../../contracts/http/alarms.ts';
import type { RoomId, SchoolId } from '../../contracts/ids.ts';
import type { Rule, RuleBody } from '../../contracts/rule.ts';
import { get, getAll, send } from './api.ts';
import { useLive } from './live.tsx';
import { overviewOf } from './liveStore.ts';
import { roomsQuery } from './queries.ts';

export type AlarmView = z.output<typeof alarmView>;
export type AlarmDetail = z.output<typeof alarmDetail>;

const SECOND_MS = 1_000;
/** The live wire tells of every change; this is for a screen whose wire is refused. */
const ASK_AGAIN_MS = 20 * SECOND_MS;
const DAY_AGAIN_MS = 60 * SECOND_MS;
/** Of those that are over: enough to look back, not an archive. */
export const CLEARED_SHOWN = 200;

const ALARMS = ['alarms'] as const;

export const openAlarmsQuery = queryOptions({
  queryKey: [...ALARMS, 'open'],
  queryFn: ({ signal }) => getAll('/alarms', alarmList, { params: { state: 'open' }, signal }),
  refetchInterval: ASK_AGAIN_MS,
});

export const clearedAlarmsQuery = (question: {
  readonly school?: string | undefined;
  readonly severity?: AlarmSeverity | undefined;
}) =>
  queryOptions({
    queryKey: [...ALARMS, 'cleared', question],
    queryFn: async ({ signal }) => {
      const params = { state: 'cleared', limit: CLEARED_SHOWN, ...question };
      return (await get('/alarms', alarmList, { params, signal })).items;
    },
    refetchInterval: ASK_AGAIN_MS,
  });

export const alarmQuery = (id: AlarmId) =>
  queryOptions({
    queryKey: [...ALARMS, 'one', id],
    queryFn: ({ signal }) => get(`/alarms/${id}`, alarmDetail, { signal }),
    refetchInterval: ASK_AGAIN_MS,
  });

/** All that were open at some time since. Not under `alarms`: a day of a province is asked for once a minute only. */
export const alarmsSinceQuery = (from: number) =>
  queryOptions({
    queryKey: ['alarmsSince', from],
    queryFn: ({ signal }) => getAll('/alarms', alarmList, { params: { from }, signal }),
    refetchInterval: DAY_AGAIN_MS,
  });

/** Those of one device within a range, for the bands behind its chart. */
export const alarmsOfDeviceQuery = (question: {
  readonly school: SchoolId;
  readonly device: string;
  readonly from: number;
  readonly to: number;
}) =>
  queryOptions({
    queryKey: [...ALARMS, 'device', question],
    queryFn: async ({ signal }) =>
      (await get('/alarms', alarmList, { params: { ...question, limit: CLEARED_SHOWN }, signal })).items,
    placeholderData: (before) => before,
  });

export const rulesQuery = queryOptions({
  queryKey: ['rules'],
  queryFn: async ({ signal }) => (await get('/rules', ruleList, { signal })).items,
  staleTime: 60 * SECOND_MS,
});

export const ruleQuery = (id: string) =>
  queryOptions({
    queryKey: ['rules', id],
    queryFn: ({ signal }) => get(`/rules/${encodeURIComponent(id)}`, ruleDetail, { signal }),
  });

/** Runs what it is given, never twice at once; asked meanwhile, it runs once more afterwards. */
export function oneAtATime(run: () => Promise<unknown>): () => void {
  let isRunning = false;
  let isWanted = false;
  async function go(): Promise<void> {
    isRunning = true;
    do {
      isWanted = false;
      await run();
    } while (isWanted);
    isRunning = false;
  }
  return () => {
    isWanted = true;
    // a question that fails is told where it was asked
    if (!isRunning) void go().catch(() => (isRunning = false));
  };
}

/** Asks again for what is on screen whenever the live wire tells of another board of alarms. */
export function useAlarmNews(): void {
  const queryClient = useQueryClient();
  const board = useLive((state) => overviewOf(state)?.alarms ?? null);
  const [ask] = useState(() => oneAtATime(() => queryClient.invalidateQueries({ queryKey: ALARMS })));
  useEffect(() => {
    if (board) ask();
  }, [board, ask]);
}

export function useRules(): ReadonlyMap<RuleId, Rule> {
  const [result] = useQueries({ queries: [rulesQuery] });
  return useMemo(() => new Map((result.data ?? []).map((rule) => [rule.id, rule])), [result.data]);
}

/** Names of the rooms of these schools, by `roomKey`; a room that is not there yet has no name yet. */
export function useRoomNames(schools: readonly SchoolId[]): ReadonlyMap<string, string> {
  return useQueries({ queries: schools.map((school) => roomsQuery(school)), combine: roomNames });
}
const roomNames = (results: readonly { readonly data?: readonly Room[] | undefined }[]) =>
  new Map(results.flatMap(({ data }) => (data ?? []).map((room) => [roomKey(room.school, room.id), room.name])));
type Room = { readonly school: SchoolId; readonly id: RoomId; readonly name: string };

export function roomKey(school: SchoolId, room: RoomId): string {
  return `${school}/${room}`;
}

export type AlarmAction =
  | { readonly do: 'acknowledge'; readonly body: z.input<typeof acknowledgeBody> }
  | { readonly do: 'assign'; readonly body: z.input<typeof assignBody> }
  | { readonly do: 'shelve'; readonly body: { readonly until: number; readonly text?: string } }
  | { readonly do: 'comment'; readonly body: z.input<typeof commentBody> }
  | { readonly do: 'close'; readonly body: z.input<typeof closeBody> };

/** Done is what the server says is done: nothing on screen changes before. */
export function useAlarmAction() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: ({ id, action }: { readonly id: AlarmId; readonly action: AlarmAction }) =>
      send('POST', `/alarms/${id}/${action.do}`, alarmView, action.body ?? {}),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ALARMS }),
  });
}

export function useSaveRule() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: ({ id, version, body }: { readonly id: RuleId; readonly version: number; readonly body: RuleBody }) =>
      send('PUT', `/rules/${id}`, ruleDetail, { expectedVersion: version, rule: body }),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['rules'] }),
  });
}

export function useTryRule() {
  return useMutation({
    mutationFn: ({ id, body, ...span }: { id: RuleId; body: RuleBody; from: number; to: number }) =>
      // one that is switched off is tried as if it were on: that is the question
      send('POST', `/rules/${id}/try`, tryResult, { ...span, rule: { ...body, enabled: true } }),
  });
}
