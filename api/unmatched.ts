/** What to say of an address that no route took. */
import { type Refused, refuse } from './problems.ts';
import type { Route } from './route.ts';

/** 405 when the address is one of ours under another method, else 404. */
export function unmatchedRefusal(routes: readonly Pick<Route, 'method' | 'path'>[], path: string): Refused {
  const allowed = routes.filter((route) => isOfTemplate(path, route.path)).map(({ method }) => method.toUpperCase());
  return allowed.length > 0 ? refuse.methodNotAllowed(allowed) : refuse.notFound('address');
}

function isOfTemplate(path: string, template: string): boolean {
  const [parts, wanted] = [path.split('/'), template.split('/')];
  return (
    parts.length === wanted.length &&
    wanted.every((word, index) => (word.startsWith('{') ? parts[index] !== '' : word === parts[index]))
  );
}
