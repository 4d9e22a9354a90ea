/** The session cookie of a browser. */
import type { Response } from 'express';

/** Starts or ends the session of a browser. */
export type SessionChange =
  | { readonly change: 'begin'; readonly token: string; readonly expiresAt: number }
  | { readonly change: 'end' };

const PLAIN = 'ioc_session';
/** Browsers take this name only over https, without a domain, for the whole site. */
const HOST_BOUND = `__Host-${PLAIN}`;

/** The session secret in a Cookie header; the host-bound one first. */
export function sessionSecretIn(header: string | undefined): string | undefined {
  if (header === undefined) return undefined;
  const found = new Map<string, string>();
  for (const pair of header.split(';')) {
    const at = pair.indexOf('=');
    const name = pair.slice(0, at).trim();
    // The first of several of one name is the one with the closer path.
    if (at > 0 && !found.has(name)) found.set(name, pair.slice(at + 1).trim());
  }
  return found.get(HOST_BOUND) ?? found.get(PLAIN);
}

export function applySession(
  response: Response,
  session: SessionChange,
  { isSecure, now }: { readonly isSecure: boolean; readonly now: number },
): void {
  const attributes = { httpOnly: true, sameSite: 'lax', path: '/', secure: isSecure } as const;
  if (session.change === 'begin')
    response.cookie(isSecure ? HOST_BOUND : PLAIN, session.token, {
      ...attributes,
      maxAge: session.expiresAt - now,
    });
  else {
    response.clearCookie(PLAIN, attributes);
    if (isSecure) response.clearCookie(HOST_BOUND, attributes);
  }
}
