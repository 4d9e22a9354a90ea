/** Waiting without sleeping: ask again until there is an answer or the deadline has passed. */
import { setTimeout as pause } from 'node:timers/promises';

export interface PollOptions {
  readonly deadlineMs: number;
  readonly everyMs?: number;
}

/**
 * The first answer of `ask` that is neither undefined nor false. What it throws (an expectation, a refused connection)
 * counts as "not yet" and is the error's cause once the deadline has passed.
 */
export async function poll<Answer>(
  ask: () => Promise<Answer | undefined | false> | Answer | undefined | false,
  { deadlineMs, everyMs = 25 }: PollOptions,
): Promise<Answer> {
  const deadline = performance.now() + deadlineMs;
  let last: unknown = 'no answer yet';
  for (;;) {
    try {
      const answer = await ask();
      if (answer !== undefined && answer !== false) return answer;
      last = `answered ${String(answer)}`;
    } catch (error) {
      last = error;
    }
    if (performance.now() >= deadline) {
      const reason = last instanceof Error ? last.message : String(last);
      throw new Error(`not within ${deadlineMs} ms: ${reason}`, { cause: last });
    }
    await pause(everyMs);
  }
}
