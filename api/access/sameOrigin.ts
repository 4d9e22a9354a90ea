/** Where a request of a browser comes from: the guard against forged requests that carry our cookie. */
import type { IncomingHttpHeaders } from 'node:http';

/** unknown: no browser of today sends nothing at all with an unsafe request; programs do. */
export type Origin = 'same' | 'other' | 'unknown';

export function originOf(headers: IncomingHttpHeaders): Origin {
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin' ? 'same' : 'other';
  if (headers.origin === undefined) return 'unknown';
  if (!URL.canParse(headers.origin)) return 'other';
  return new URL(headers.origin).host === headers.host?.toLowerCase() ? 'same' : 'other';
}
