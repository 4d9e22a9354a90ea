/** A failed answer as a value the screens can put into words. */
import { problem } from '../../contracts/http/common.ts';

/** status 0: the server was not reached at all. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';
  readonly status: number;
  readonly detail: string;

  constructor(status: number, detail: string) {
    super(`${status} ${detail}`);
    this.status = status;
    this.detail = detail;
  }
}

export function statusOf(error: unknown): number | null {
  return error instanceof ApiProblem ? error.status : null;
}

/** Reads problem+json; anything else (a proxy's HTML page) keeps just its status. */
export async function problemOf(response: Response): Promise<ApiProblem> {
  const body: unknown = await response.json().catch(() => null);
  const parsed = problem.safeParse(body);
  if (!parsed.success) return new ApiProblem(response.status, response.statusText);
  const { title, detail, errors } = parsed.data;
  const places = errors?.map(({ path, message }) => `${path}: ${message}`).join('; ');
  return new ApiProblem(response.status, places || detail || title);
}

/** Worth asking again by itself: the server may come back. A refusal stays a refusal. */
export function isPassing(error: unknown): boolean {
  const status = statusOf(error);
  return status === null || status === 0 || status === 502 || status === 503 || status === 504;
}
