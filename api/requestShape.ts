/** What no request may hold, whatever its route. */
import { type FieldError, type Refused, refuse } from './problems.ts';

const MAX_DEPTH = 32;

/** The query of an address: every name once, every value a string. */
export function readQuery(url: string): { readonly values: Readonly<Record<string, string>> } | Refused {
  const at = url.indexOf('?');
  const values = new Map<string, string>();
  const errors: FieldError[] = [];
  for (const [name, value] of new URLSearchParams(at < 0 ? '' : url.slice(at))) {
    const path = `query.${name}`;
    if (values.has(name)) errors.push({ path, message: 'given more than once; a single value is expected' });
    else if (value.includes('\0')) errors.push({ path, message: 'holds a zero character' });
    values.set(name, value);
  }
  return errors.length > 0 ? refuse.badRequest(errors) : { values: Object.fromEntries(values) };
}

/**
 * The first place in a parsed JSON body that no schema is asked about: nesting that would exhaust the stack of those who
 * recurse, and the one key that means something to JavaScript. Walks without recursion.
 */
export function bodyFault(body: unknown): FieldError | undefined {
  const waiting: { readonly value: object; readonly path: string; readonly depth: number }[] = [];
  if (isObject(body)) waiting.push({ value: body, path: 'body', depth: 0 });
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { value, path, depth } = next;
    if (depth >= MAX_DEPTH) return { path: 'body', message: `nested deeper than ${MAX_DEPTH} levels` };
    for (const [key, inner] of Object.entries(value)) {
      if (key === '__proto__') return { path: `${path}.__proto__`, message: 'a name that is not allowed' };
      if (isObject(inner)) waiting.push({ value: inner, path: `${path}.${key}`, depth: depth + 1 });
    }
  }
  return undefined;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
