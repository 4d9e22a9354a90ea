/** Accounts of people. */
import { z } from 'zod';
import { role, scope } from '../access.ts';
import { epochMs, pageOf } from './common.ts';

export const username = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._@-]{0,63}$/, 'user name: 1 to 64 small letters, digits, dots, dashes, underscores or @');

export const MIN_PASSWORD = 12;

export const userBody = z.strictObject({
  displayName: z.string().trim().min(1).max(200),
  role,
  scope: scope.optional(),
  /** Absent: keeps the password there is; a new account without one can not log in. */
  password: z.string().min(MIN_PASSWORD, `at least ${MIN_PASSWORD} characters`).max(1_000).optional(),
  disabled: z.boolean().optional(),
});

export const userView = z.object({
  username: z.string(),
  displayName: z.string(),
  role,
  scope,
  createdAt: epochMs,
  disabledAt: epochMs.nullable(),
  hasPassword: z.boolean(),
});
export const userList = pageOf(userView);
