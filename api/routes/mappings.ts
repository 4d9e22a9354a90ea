/** A school's own formats: mappings from topics and JSON paths to metrics, tried on what came already. */
import { z } from 'zod';
import { pageQuery } from '../../contracts/http/common.ts';
import {
  mappingBody,
  mappingList,
  mappingPreview,
  mappingPreviewBody,
  mappingView,
} from '../../contracts/http/mappings.ts';
import { schoolId } from '../../contracts/ids.ts';
import { type MappingData, mappingId } from '../../contracts/mapping.ts';
import type { MappingRecord, RecordsStore } from '../../store/records/port.ts';
import { pageRequest, takePage } from '../paging.ts';
import type { Clock, MappingAccess } from '../ports.ts';
import { type Refused, refuse } from '../problems.ts';
import { type Caller, NO_BODY, NO_QUERY, ok, permitted, type Route, route, saved } from '../route.ts';
import type { SecurityLog } from '../securityLog.ts';

const MAX_MAPPINGS = 200;
/** Id of a mapping that is only tried. */
const UNNAMED = 'preview';

const ofSchool = z.object({ school: schoolId });
const one = z.object({ school: schoolId, mapping: mappingId });
const whoIs = ({ identity }: Caller) => identity?.viewer.username ?? identity?.viewer.displayName ?? 'nobody';

export interface MappingRouteParts {
  readonly records: Pick<RecordsStore, 'mappings'>;
  readonly mappingAccess: MappingAccess;
  readonly securityLog: SecurityLog;
  readonly clock: Clock;
}

const shown = ({ mapping, changedAt, changedBy }: MappingRecord) => ({ mapping, changedAt, changedBy });

/** A mapping that can never find anything is a slip of the pen. */
function withId({ values, scan, ...rest }: z.output<typeof mappingBody>, id: string): MappingData | Refused {
  if (values.length === 0 && !scan)
    return refuse.badRequest([{ path: 'body.values', message: 'at least one value, or `scan`' }]);
  return { ...rest, id, values, ...(scan && { scan }) };
}

export function mappingRoutes({ records, mappingAccess, securityLog, clock }: MappingRouteParts): Route[] {
  const find = async (school: MappingRecord['school'], id: string) =>
    (await records.mappings.ofSchool(school)).find(({ mapping }) => mapping.id === id);

  return [
    route({
      method: 'get',
      path: '/api/v1/schools/{school}/mappings',
      summary: 'Mappings of a school, by id',
      access: permitted('inspect', 'school'),
      params: ofSchool,
      query: pageQuery,
      body: NO_BODY,
      answer: mappingList,
      async handle({ params, query }) {
        const page = pageRequest(query, 1);
        if ('refused' in page) return page;
        const all = await records.mappings.ofSchool(params.school);
        return ok(takePage(all.map(shown), ({ mapping }) => [mapping.id], page));
      },
    }),
    route({
      method: 'get',
      path: '/api/v1/schools/{school}/mappings/{mapping}',
      summary: 'One mapping',
      access: permitted('inspect', 'school'),
      params: one,
      query: NO_QUERY,
      body: NO_BODY,
      answer: mappingView,
      async handle({ params }) {
        const found = await find(params.school, params.mapping);
        return found ? ok(shown(found)) : refuse.notFound('mapping');
      },
    }),
    route({
      method: 'put',
      path: '/api/v1/schools/{school}/mappings/{mapping}',
      summary: 'Make or change a mapping; it counts from the next message on',
      access: permitted('enrol', 'school'),
      params: one,
      query: NO_QUERY,
      body: mappingBody,
      answer: mappingView,
      statuses: [200, 201],
      async handle(call) {
        const { school, mapping: id } = call.params;
        if (call.body.id !== undefined && call.body.id !== id)
          return refuse.badRequest([{ path: 'body.id', message: 'another one than in the path; leave it out' }]);
        const mapping = withId(call.body, id);
        if ('refused' in mapping) return mapping;
        const all = await records.mappings.ofSchool(school);
        const isNew = !all.some((record) => record.mapping.id === id);
        if (isNew && all.length >= MAX_MAPPINGS)
          return refuse.conflict(`A school has at most ${MAX_MAPPINGS} mappings.`);
        const record: MappingRecord = { school, mapping, changedAt: clock.now(), changedBy: whoIs(call) };
        await records.mappings.put(record);
        mappingAccess.put(school, mapping);
        await securityLog.note('mapping-saved', `${school}/${id} by ${whoIs(call)}`);
        return saved(shown(record), isNew, `/api/v1/schools/${school}/mappings/${id}`);
      },
    }),
    route({
      method: 'delete',
      path: '/api/v1/schools/{school}/mappings/{mapping}',
      summary: 'Remove a mapping; what it stored stays',
      access: permitted('enrol', 'school'),
      params: one,
      query: NO_QUERY,
      body: NO_BODY,
      answer: z.undefined(),
      statuses: [204],
      async handle(call) {
        const { school, mapping: id } = call.params;
        if (!(await records.mappings.delete(school, id))) return refuse.notFound('mapping');
        mappingAccess.remove(school, id);
        await securityLog.note('mapping-deleted', `${school}/${id} by ${whoIs(call)}`);
        return { status: 204, body: undefined };
      },
    }),
    route({
      method: 'post',
      path: '/api/v1/schools/{school}/mappings/preview',
      summary: 'What a mapping would make of the last messages of this school; nothing is stored',
      access: permitted('inspect', 'school'),
      params: ofSchool,
      query: NO_QUERY,
      body: mappingPreviewBody,
      answer: mappingPreview,
      async handle({ params, body }) {
        const mapping = withId(body.mapping, body.mapping.id ?? UNNAMED);
        return 'refused' in mapping ? mapping : ok(await mappingAccess.preview(params.school, mapping));
      },
    }),
  ];
}
