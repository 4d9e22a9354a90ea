/** The tree of areas. One order of writing at a time, so that two changes can not close a circle together. */
import { z } from 'zod';
import { areaBody, areaList, areasQuery } from '../../contracts/http/places.ts';
import { type AreaId, areaId } from '../../contracts/ids.ts';
import { type Area, area } from '../../contracts/places.ts';
import type { RecordsStore } from '../../store/records/port.ts';
import type { Directory } from '../directory.ts';
import { pageRequest, takePage } from '../paging.ts';
import { type FieldError, type Refused, refuse } from '../problems.ts';
import { NO_BODY, NO_PARAMS, NO_QUERY, ok, permitted, type Route, route, saved } from '../route.ts';

export function areaRoutes({
  records,
  directory,
}: {
  readonly records: Pick<RecordsStore, 'areas'>;
  readonly directory: Directory;
}): Route[] {
  let writing: Promise<unknown> = Promise.resolve();

  async function write(next: Area): Promise<{ readonly isNew: boolean } | Refused> {
    const areas = new Map((await records.areas.all()).map((each) => [each.id, each]));
    const errors = areaErrors(next, areas);
    if (errors.length > 0) return refuse.badRequest(errors, 'This area does not fit into the tree.');
    await records.areas.put(next);
    directory.changed({ areas: [next] });
    return { isNew: !areas.has(next.id) };
  }

  return [
    route({
      method: 'get',
      path: '/api/v1/areas',
      summary: 'Areas, by id',
      access: permitted('view', 'visible'),
      params: NO_PARAMS,
      query: areasQuery,
      body: NO_BODY,
      answer: areaList,
      async handle({ query, sight }) {
        const page = pageRequest(query, 1);
        if ('refused' in page) return page;
        const { areas } = await sight();
        const { on } = query;
        const items = on === undefined ? areas : areas.filter((each) => isValidOn(each, on));
        return ok(takePage(items, ({ id }) => [id], page));
      },
    }),
    route({
      method: 'get',
      path: '/api/v1/areas/{area}',
      summary: 'One area',
      access: permitted('view', 'visible'),
      params: z.object({ area: areaId }),
      query: NO_QUERY,
      body: NO_BODY,
      answer: area,
      async handle({ params, sight }) {
        const found = (await sight()).area(params.area);
        return found ? ok(found) : refuse.notFound('area');
      },
    }),
    route({
      method: 'put',
      path: '/api/v1/areas/{area}',
      summary: 'Create or replace an area',
      access: permitted('administer', 'everything'),
      params: z.object({ area: areaId }),
      query: NO_QUERY,
      body: areaBody,
      answer: area,
      statuses: [200, 201],
      async handle({ params, body }) {
        const { name, kind, parent = null, validFrom = null, validTo = null } = body;
        const next: Area = { id: params.area, name, kind, parent, validFrom, validTo };
        const written = writing.then(() => write(next));
        writing = written.catch(() => undefined);
        const result = await written;
        return 'refused' in result ? result : saved(next, result.isNew, `/api/v1/areas/${next.id}`);
      },
    }),
  ];
}

/** Civil dates compare as text. */
function isValidOn({ validFrom, validTo }: Area, on: string): boolean {
  return (validFrom === null || validFrom <= on) && (validTo === null || on < validTo);
}

function areaErrors(next: Area, areas: ReadonlyMap<AreaId, Area>): FieldError[] {
  const errors: FieldError[] = [];
  if (next.validFrom !== null && next.validTo !== null && next.validTo <= next.validFrom)
    errors.push({ path: 'body.validTo', message: 'must be later than validFrom' });
  if (next.parent !== null && next.parent !== next.id && !areas.has(next.parent))
    errors.push({ path: 'body.parent', message: 'there is no such area' });
  const above = new Set<AreaId>();
  for (let id = next.parent; id !== null && !above.has(id); id = areas.get(id)?.parent ?? null) {
    above.add(id);
    if (id !== next.id) continue;
    errors.push({ path: 'body.parent', message: 'an area can not lie below itself' });
    break;
  }
  return errors;
}
