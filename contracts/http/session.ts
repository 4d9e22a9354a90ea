/** Log-in, and who I am. */
import { z } from 'zod';
import { permission, viewer } from '../access.ts';

export const loginBody = z.strictObject({
  username: z.string().min(1).max(200),
  password: z.string().min(1).max(1_000),
});
/** The browser gets the token as an HttpOnly cookie; programs use it as bearer token. */
export const loginResult = z.object({ viewer, token: z.string(), expiresAt: z.number() });

/** Screens hide by `permissions` what would be refused. */
export const me = viewer.extend({ permissions: z.array(permission) });

/** What a screen must know about the installation before it draws. No secret, no log-in needed. */
export const installation = z.object({
  timeZone: z.string(),
  /** True: every screen says "dữ liệu mô phỏng". */
  simulated: z.boolean(),
  /** Changes with every build; a wall that sees a new one reloads itself. */
  build: z.string(),
  /** Demo accounts are listed on the log-in page; null outside the demo. */
  demoAccounts: z.array(z.object({ username: z.string(), password: z.string(), displayName: z.string() })).nullable(),
  /** In the demo, walls may look without log-in. */
  openWall: z.boolean(),
  mqtt: z.object({
    host: z.string(),
    port: z.int().nullable(),
    tlsPort: z.int().nullable(),
    webSocketPath: z.string(),
  }),
});
export type Installation = z.infer<typeof installation>;
