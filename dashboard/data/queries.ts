/** What the screens ask the server, one entry per question. */
import { QueryCache, QueryClient, queryOptions } from '@tanstack/react-query';
import { deviceList, gatewayList } from '../../contracts/http/devices.ts';
import { ingestStats, quarantineList } from '../../contracts/http/ingest.ts';
import { areaList, roomList, schoolList } from '../../contracts/http/places.ts';
import { history } from '../../contracts/http/readings.ts';
import { installation, me } from '../../contracts/http/session.ts';
import type { DeviceId, SchoolId } from '../../contracts/ids.ts';
import type { MetricId } from '../../contracts/metrics.ts';
import { get, getAll } from './api.ts';
import { isPassing, statusOf } from './problem.ts';

const SECOND_MS = 1_000;
const PLACES_FRESH_MS = 60 * SECOND_MS;
const ASK_AGAIN_MS = 5 * SECOND_MS;
/** A wall must notice a new build without anybody reloading it. */
export const BUILD_CHECK_MS = 20 * SECOND_MS;

/** `onUnauthorized`: the session is over; whoever works here must log in again. */
export function createQueryClient(options: { readonly onUnauthorized: () => void }): QueryClient {
  return new QueryClient({
    queryCache: new QueryCache({
      onError(error, { queryKey }) {
        // asking who I am is how the routes find out; they answer it themselves
        if (statusOf(error) === 401 && queryKey[0] !== viewerQuery.queryKey[0]) options.onUnauthorized();
      },
    }),
    defaultOptions: {
      queries: {
        staleTime: 10 * SECOND_MS,
        // a screen nobody touches must find back by itself
        refetchInterval: (query) => (query.state.status === 'error' ? ASK_AGAIN_MS : false),
        refetchIntervalInBackground: true,
        retry: (failures, error) => isPassing(error) && failures < 3,
        // a closed network has no internet; "offline" in the browser's sense says nothing about our server
        networkMode: 'always',
        refetchOnWindowFocus: true,
      },
      mutations: { networkMode: 'always' },
    },
  });
}

export const installationQuery = queryOptions({
  queryKey: ['installation'],
  queryFn: ({ signal }) => get('/installation', installation, { signal }),
  staleTime: BUILD_CHECK_MS,
});

export const viewerQuery = queryOptions({
  queryKey: ['me'],
  queryFn: ({ signal }) => get('/me', me, { signal }),
  staleTime: 60 * SECOND_MS,
});

export const schoolsQuery = queryOptions({
  queryKey: ['schools'],
  queryFn: ({ signal }) => getAll('/schools', schoolList, { signal }),
  staleTime: PLACES_FRESH_MS,
});

export const areasQuery = queryOptions({
  queryKey: ['areas'],
  queryFn: ({ signal }) => getAll('/areas', areaList, { signal }),
  staleTime: PLACES_FRESH_MS,
});

export const roomsQuery = (school: SchoolId) =>
  queryOptions({
    queryKey: ['rooms', school],
    queryFn: ({ signal }) => getAll(`/schools/${encodeURIComponent(school)}/rooms`, roomList, { signal }),
    staleTime: PLACES_FRESH_MS,
  });

export const gatewaysQuery = (school: SchoolId) =>
  queryOptions({
    queryKey: ['gateways', school],
    queryFn: ({ signal }) => getAll(`/schools/${encodeURIComponent(school)}/gateways`, gatewayList, { signal }),
  });

export const devicesQuery = (school?: SchoolId) =>
  queryOptions({
    queryKey: ['devices', school ?? 'all'],
    queryFn: ({ signal }) => getAll('/devices', deviceList, { params: { school }, signal }),
    refetchInterval: 15 * SECOND_MS,
  });

export interface SeriesRef {
  readonly school: SchoolId;
  readonly device: DeviceId;
  readonly metric: MetricId;
  readonly sensor: string;
}

export interface HistoryQuestion extends SeriesRef {
  readonly from: number;
  readonly to: number;
  /** ISO 8601 duration of one point, null for every reading as it came. */
  readonly every: string | null;
  readonly aggregate: 'mean' | 'max' | 'sum' | 'last';
}

/** More than a chart can show; a limit so that a device gone wild does not hang the page. */
const MAX_RAW_POINTS = 20_000;

export const historyQuery = (question: HistoryQuestion) =>
  queryOptions({
    queryKey: ['readings', question],
    queryFn: ({ signal }) => {
      const { every, aggregate, ...rest } = question;
      const params = { ...rest, ...(every ? { every, aggregate } : { limit: MAX_RAW_POINTS }) };
      return get('/readings', history, { params, signal });
    },
    placeholderData: (before) => before,
    staleTime: 5 * SECOND_MS,
  });

export const ingestStatsQuery = queryOptions({
  queryKey: ['ingest', 'stats'],
  queryFn: ({ signal }) => get('/ingest/stats', ingestStats, { signal }),
  refetchInterval: 2 * SECOND_MS,
});

export const quarantineQuery = (reason?: string) =>
  queryOptions({
    queryKey: ['quarantine', reason ?? 'all'],
    queryFn: ({ signal }) => get('/quarantine', quarantineList, { params: { limit: 200, reason }, signal }),
    refetchInterval: 10 * SECOND_MS,
  });
