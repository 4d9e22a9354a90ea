/** The newest value of every series. */
import type { z } from 'zod';
import { latestList, latestQuery, type latestReading } from '../../contracts/http/readings.ts';
import { METRICS } from '../../contracts/metrics.ts';
import { flagNames, type Reading } from '../../contracts/reading.ts';
import { compareKeys, type Key, pageRequest, takePage } from '../paging.ts';
import type { LatestBook } from '../ports.ts';
import { NO_BODY, NO_PARAMS, ok, permitted, type Route, route } from '../route.ts';
import { schoolsFrom } from './schoolsFrom.ts';

export function latestRoutes({ latest }: { readonly latest: LatestBook }): Route[] {
  return [
    route({
      method: 'get',
      path: '/api/v1/readings/latest',
      summary: 'Newest reading of each series, by school, device, sensor and metric',
      access: permitted('view', 'visible'),
      params: NO_PARAMS,
      query: latestQuery,
      body: NO_BODY,
      answer: latestList,
      async handle({ query, sight }) {
        const page = pageRequest(query, 4);
        if ('refused' in page) return page;
        const { device, metric, sensor } = query;
        const schools = schoolsFrom(await sight(), query.school, page.after?.[0]);
        function* matching() {
          for (const { id: school } of schools) {
            const readings = [...latest.all({ school, device, metric, sensor })];
            yield* readings.toSorted((a, b) => compareKeys(keyOf(a), keyOf(b)));
          }
        }
        const { items, ...rest } = takePage(matching(), keyOf, page);
        return ok({ items: items.map(shown), ...rest });
      },
    }),
  ];
}

const keyOf = ({ school, device, sensor, metric }: Reading): Key => [school, device, sensor, metric];

function shown(reading: Reading): z.output<typeof latestReading> {
  const { school, device, sensor, metric, value, measuredAt, receivedAt, flags } = reading;
  const { shape, unit } = METRICS[metric];
  return {
    school,
    device,
    sensor,
    metric,
    value: shape === 'state' ? value !== 0 : value,
    unit,
    // The microseconds that keep two messages of one millisecond apart are ours.
    measuredAt: Math.floor(measuredAt),
    receivedAt: Math.floor(receivedAt),
    flags: flagNames(flags),
  };
}
