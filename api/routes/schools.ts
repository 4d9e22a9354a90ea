/** Schools. */
import { z } from 'zod';
import { schoolBody, schoolList, schoolsQuery } from '../../contracts/http/places.ts';
import { schoolId } from '../../contracts/ids.ts';
import { type School, school } from '../../contracts/places.ts';
import type { RecordsStore } from '../../store/records/port.ts';
import { seesEverything, subtreeOf } from '../access/decide.ts';
import type { Directory } from '../directory.ts';
import { pageRequest, takePage } from '../paging.ts';
import { refuse } from '../problems.ts';
import { NO_BODY, NO_PARAMS, NO_QUERY, ok, permitted, type Route, route, saved } from '../route.ts';

export interface SchoolRouteParts {
  readonly records: Pick<RecordsStore, 'areas' | 'schools'>;
  readonly directory: Directory;
  readonly onSchoolChanged: (school: School) => void;
}

const params = z.object({ school: schoolId });
const NO_SUCH_AREA = refuse.badRequest([{ path: 'body.area', message: 'there is no such area' }]);

export function schoolRoutes({ records, directory, onSchoolChanged }: SchoolRouteParts): Route[] {
  return [
    route({
      method: 'get',
      path: '/api/v1/schools',
      summary: 'Schools, by id',
      access: permitted('view', 'visible'),
      params: NO_PARAMS,
      query: schoolsQuery,
      body: NO_BODY,
      answer: schoolList,
      async handle({ query, sight }) {
        const page = pageRequest(query, 1);
        if ('refused' in page) return page;
        const { schools } = await sight();
        const within =
          query.area === undefined ? undefined : subtreeOf(query.area, (await directory.places()).areas.values());
        const items = schools.filter(
          ({ area, level }) => (!within || within.has(area)) && (query.level === undefined || level === query.level),
        );
        return ok(takePage(items, ({ id }) => [id], page));
      },
    }),
    route({
      method: 'get',
      path: '/api/v1/schools/{school}',
      summary: 'One school',
      access: permitted('view', 'school'),
      params,
      query: NO_QUERY,
      body: NO_BODY,
      answer: school,
      async handle(call) {
        const found = (await call.sight()).school(call.params.school);
        return found ? ok(found) : refuse.notFound('school');
      },
    }),
    route({
      method: 'put',
      path: '/api/v1/schools/{school}',
      summary: 'Create or replace a school',
      // A new school is in nobody's scope yet: the area it is put into decides.
      access: permitted('administer', 'visible'),
      params,
      query: NO_QUERY,
      body: schoolBody,
      answer: school,
      statuses: [200, 201],
      async handle(call) {
        const { body, identity } = call;
        const id = call.params.school;
        if (!identity) return refuse.unauthenticated();
        const before = await records.schools.get(id);
        if (!(await records.areas.get(body.area))) return NO_SUCH_AREA;
        if (!seesEverything(identity.viewer)) {
          const sight = await call.sight();
          // Ids are one space: a school outside the scope is neither shown nor taken over.
          if (before && !sight.school(id)) return refuse.notFound('school');
          if (!before && identity.viewer.scope.school !== null)
            return refuse.forbidden('A viewer of one school can not create another.');
          if (!sight.area(body.area)) return NO_SUCH_AREA;
        }
        const { name, level, area, position, students = null, simulated = before?.simulated ?? false } = body;
        const next: School = { id, name, level, area, position, students, simulated };
        await records.schools.put(next);
        directory.changed({ schools: [next] });
        onSchoolChanged(next);
        return saved(next, !before, `/api/v1/schools/${id}`);
      },
    }),
  ];
}
