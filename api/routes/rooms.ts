/** Rooms of a school. */
import { z } from 'zod';
import { pageQuery } from '../../contracts/http/common.ts';
import { roomBody, roomList } from '../../contracts/http/places.ts';
import { roomId, schoolId } from '../../contracts/ids.ts';
import { type Room, room } from '../../contracts/places.ts';
import type { RecordsStore } from '../../store/records/port.ts';
import { pageRequest, takePage } from '../paging.ts';
import { refuse } from '../problems.ts';
import { NO_BODY, NO_QUERY, ok, permitted, type Route, route, saved } from '../route.ts';

const ofSchool = z.object({ school: schoolId });
const one = z.object({ school: schoolId, room: roomId });

export function roomRoutes({ records }: { readonly records: Pick<RecordsStore, 'rooms'> }): Route[] {
  return [
    route({
      method: 'get',
      path: '/api/v1/schools/{school}/rooms',
      summary: 'Rooms of a school, by id',
      access: permitted('view', 'school'),
      params: ofSchool,
      query: pageQuery,
      body: NO_BODY,
      answer: roomList,
      async handle({ params, query }) {
        const page = pageRequest(query, 1);
        if ('refused' in page) return page;
        const rooms = await records.rooms.ofSchool(params.school);
        const ordered = rooms.toSorted((a, b) => (a.id < b.id ? -1 : 1));
        return ok(takePage(ordered, ({ id }) => [id], page));
      },
    }),
    route({
      method: 'get',
      path: '/api/v1/schools/{school}/rooms/{room}',
      summary: 'One room',
      access: permitted('view', 'school'),
      params: one,
      query: NO_QUERY,
      body: NO_BODY,
      answer: room,
      async handle({ params }) {
        const found = await records.rooms.get(params.school, params.room);
        return found ? ok(found) : refuse.notFound('room');
      },
    }),
    route({
      method: 'put',
      path: '/api/v1/schools/{school}/rooms/{room}',
      summary: 'Create or replace a room',
      access: permitted('enrol', 'school'),
      params: one,
      query: NO_QUERY,
      body: roomBody,
      answer: room,
      statuses: [200, 201],
      async handle({ params, body }) {
        const next: Room = { id: params.room, school: params.school, name: body.name, kind: body.kind };
        const before = await records.rooms.get(next.school, next.id);
        await records.rooms.put(next);
        return saved(next, !before, `/api/v1/schools/${next.school}/rooms/${next.id}`);
      },
    }),
  ];
}
