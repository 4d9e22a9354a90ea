/** Where things are: a generic tree of areas with validity dates, schools, rooms. */
import { z } from 'zod';
import { areaId, roomId, schoolId } from './ids.ts';

/** Vietnamese school levels; the ids are fixed by the outer contract. */
export const LEVELS = ['mam_non', 'tieu_hoc', 'thcs', 'thpt', 'gdtx', 'lien_cap'] as const;
export const level = z.enum(LEVELS);
export type Level = z.infer<typeof level>;

const name = z.string().trim().min(1).max(200);
/** Civil date YYYY-MM-DD. */
export const civilDate = z.iso.date();
/** [longitude, latitude] in WGS 84 degrees. */
export const position = z.tuple([z.number().min(-180).max(180), z.number().min(-90).max(90)]);
export type Position = z.infer<typeof position>;

export const area = z.object({
  id: areaId,
  name,
  /** Free word of the era: province, commune, district, department… */
  kind: z.string().trim().min(1).max(64),
  parent: areaId.nullable(),
  validFrom: civilDate.nullable(),
  /** First day on which the unit no longer exists. */
  validTo: civilDate.nullable(),
});
export type Area = z.infer<typeof area>;

export const school = z.object({
  id: schoolId,
  name,
  level,
  area: areaId,
  position,
  students: z.int().min(0).max(100_000).nullable(),
  /** True for schools that exist only in a demonstration or simulation. */
  simulated: z.boolean(),
});
export type School = z.infer<typeof school>;

export const ROOM_KINDS = [
  'classroom',
  'lab',
  'library',
  'kitchen',
  'dormitory',
  'gate',
  'office',
  'gym',
  'server',
  'other',
] as const;
export const roomKind = z.enum(ROOM_KINDS);
export type RoomKind = z.infer<typeof roomKind>;

export const room = z.object({ id: roomId, school: schoolId, name, kind: roomKind });
export type Room = z.infer<typeof room>;
