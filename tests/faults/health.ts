/** What the process says of itself. */
import { z } from 'zod';
import type { App } from '../support/app.ts';

const problem = z.object({ errors: z.array(z.object({ path: z.string() })).default([]) });

/** Parts that /readyz names as not working; none: ready. */
export async function missingParts(app: App): Promise<readonly string[]> {
  const { status, body } = await app.api('GET', '/readyz');
  return status === 200 ? [] : problem.parse(body).errors.map(({ path }) => path);
}
