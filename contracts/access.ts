/** Who somebody is and what part of the tree they may see. Decided in api/access only; screens read it to hide, never to protect. */
import { z } from 'zod';
import { areaId, schoolId } from './ids.ts';

export const ROLES = [
  'admin',
  'operator',
  'leader',
  'school_head',
  'teacher',
  'technician',
  'auditor',
  'display',
  'service',
] as const;
export const role = z.enum(ROLES);
export type Role = z.infer<typeof role>;

/** Both null: everything. An area means the area and all below it. */
export const scope = z.object({ area: areaId.nullable(), school: schoolId.nullable() });
export type Scope = z.infer<typeof scope>;

export const viewer = z.object({ username: z.string().nullable(), displayName: z.string(), role, scope });
export type Viewer = z.infer<typeof viewer>;

/** What a role may do, apart from where. `view_people` is everything that shows a person; each such look is audited. */
export const PERMISSIONS = [
  'view',
  'view_people',
  'inspect',
  'operate',
  'report',
  'enrol',
  'administer',
  'audit',
] as const;
export const permission = z.enum(PERMISSIONS);
export type Permission = z.infer<typeof permission>;
