/** Areas, schools, rooms, and the imports that fill them. */
import { z } from 'zod';
import { areaId } from '../ids.ts';
import { area, civilDate, level, position, room, roomKind, school } from '../places.ts';
import { pageOf, pageQuery } from './common.ts';

export const areaBody = z.strictObject({
  name: area.shape.name,
  kind: area.shape.kind,
  parent: areaId.nullable().optional(),
  validFrom: civilDate.nullable().optional(),
  validTo: civilDate.nullable().optional(),
});
export const areaList = pageOf(area);
export const areasQuery = pageQuery.extend({
  /** Only areas valid on this civil date. */
  on: civilDate.optional(),
});

export const schoolBody = z.strictObject({
  name: school.shape.name,
  level,
  area: areaId,
  position,
  students: school.shape.students.optional(),
  simulated: z.boolean().optional(),
});
export const schoolsQuery = pageQuery.extend({ area: areaId.optional(), level: level.optional() });
export const schoolList = pageOf(school);

export const roomBody = z.strictObject({ name: room.shape.name, kind: roomKind });
export const roomList = pageOf(room);

/** What became of each row; rows are numbered as in the file, the header is row 1. */
export const importReport = z.object({
  accepted: z.int(),
  refused: z.int(),
  rows: z.array(
    z.object({ row: z.int(), column: z.string().nullable(), value: z.string().nullable(), message: z.string() }),
  ),
});
export type ImportReport = z.infer<typeof importReport>;
