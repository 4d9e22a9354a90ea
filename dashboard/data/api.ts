/** The one place that speaks HTTP. Answers are parsed with the contract's schemas; the session is a cookie. */
import type { z } from 'zod';
import { MAX_PAGE } from '../../contracts/http/common.ts';
import { ApiProblem, problemOf } from './problem.ts';

const BASE = '/api/v1';
/** A long list is read in pages; more than this many is a fault of the server, not a list. */
const MOST_PAGES = 100;

export type Params = Readonly<Record<string, string | number | undefined>>;

function address(path: string, params: Params = {}): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(params)) if (value !== undefined) query.set(name, String(value));
  const text = query.toString();
  return text ? `${BASE}${path}?${text}` : `${BASE}${path}`;
}

async function ask(url: string, init: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url, { credentials: 'same-origin', ...init });
  } catch (cause) {
    if (init.signal?.aborted) throw cause;
    throw new ApiProblem(0, cause instanceof Error ? cause.message : 'unreachable');
  }
  if (!response.ok) throw await problemOf(response);
  return response;
}

export async function get<Answer extends z.ZodType>(
  path: string,
  answer: Answer,
  options: { readonly params?: Params; readonly signal?: AbortSignal } = {},
): Promise<z.infer<Answer>> {
  const response = await ask(address(path, options.params), { signal: options.signal ?? null });
  return answer.parse(await response.json());
}

type Page<Item> = { readonly items: Item[]; readonly cursor?: string | undefined };

/** All pages of a list, one after the other. */
export async function getAll<Item>(
  path: string,
  answer: z.ZodType<Page<Item>>,
  options: { readonly params?: Params; readonly signal?: AbortSignal } = {},
): Promise<readonly Item[]> {
  const items: Item[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const params = { limit: MAX_PAGE, ...options.params, cursor };
    const part: Page<Item> = await get(path, answer, { ...options, params });
    items.push(...part.items);
    cursor = part.cursor;
    if (!cursor) return items;
  }
  throw new ApiProblem(500, `${path}: more than ${MOST_PAGES} pages`);
}

export async function send<Answer extends z.ZodType>(
  method: 'POST' | 'PUT' | 'DELETE',
  path: string,
  answer: Answer,
  body?: unknown,
): Promise<z.infer<Answer>> {
  const init: RequestInit = { method };
  if (body instanceof Blob) {
    // a file somebody chose, as its bytes are: the server finds out its encoding
    init.headers = { 'content-type': 'text/csv' };
    init.body = body;
  } else if (body !== undefined) {
    init.headers = { 'content-type': 'application/json' };
    init.body = JSON.stringify(body);
  }
  const response = await ask(address(path), init);
  return answer.parse(response.status === 204 ? undefined : await response.json());
}
