/** What the API remembers of a series, read page by page. */
import { history } from '../../contracts/http/readings.ts';
import type { Aggregate } from '../../store/telemetry/port.ts';
import type { App } from './app.ts';
import { expectBody } from './provision.ts';

export interface SeriesQuery {
  readonly school: string;
  readonly device: string;
  readonly metric: string;
  readonly from: number;
  readonly to: number;
  readonly every?: string;
  readonly aggregate?: Aggregate;
  readonly limit?: number;
}

export type Points = readonly (readonly [at: number, value: number])[];

export async function readHistory({ api }: Pick<App, 'api'>, query: SeriesQuery): Promise<Points> {
  const points: [number, number][] = [];
  let cursor: string | undefined;
  do {
    const asked = new URLSearchParams();
    for (const [name, value] of Object.entries({ ...query, cursor }))
      if (value !== undefined) asked.set(name, String(value));
    const page = expectBody(await api('GET', `/api/v1/readings?${asked.toString()}`), history);
    points.push(...page.points);
    cursor = page.cursor;
  } while (cursor !== undefined);
  return points;
}
