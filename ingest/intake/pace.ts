/**
 * How fast one gateway may go on: a token bucket that may be overdrawn. What exceeds the rate is not dropped, it is
 * acknowledged later, in order; the broker reads no further until then, so the gateway is slowed down by TCP itself.
 */
import type { RateLimits } from './limits.ts';

export interface Pace {
  /** Takes what one message costs, at this moment; milliseconds until it may be acknowledged. */
  take(bytes: number, at: number): number;
  /** Calls back in the order of calls, after at least so many milliseconds, at once for 0. */
  after(delayMs: number, proceed: () => void): void;
}

export interface PaceParts {
  readonly limits: RateLimits;
  /** Monotonic, ms. */
  readonly clock: () => number;
  readonly onDelayed: (delayMs: number) => void;
}

export function createPace({ limits, clock, onDelayed }: PaceParts): Pace {
  let messages = limits.burstMessages;
  let bytes = limits.burstBytes;
  let filledAt = clock();
  const held: { readonly dueAt: number; readonly proceed: () => void }[] = [];
  let lastDueAt = 0;
  let timer: NodeJS.Timeout | undefined;

  function release(): void {
    timer = undefined;
    const at = clock();
    let due = 0;
    while (due < held.length && (held[due]?.dueAt ?? 0) <= at) due++;
    for (const { proceed } of held.splice(0, due)) proceed();
    schedule();
  }

  function schedule(): void {
    const next = held[0];
    // Not unref'd: whoever waits for an acknowledgement gets it.
    if (next && !timer) timer = setTimeout(release, Math.max(1, next.dueAt - clock()));
  }

  return {
    take(size, at) {
      const passedS = (at - filledAt) / 1_000;
      filledAt = at;
      messages = Math.min(limits.burstMessages, messages + passedS * limits.messagesPerSecond) - 1;
      bytes = Math.min(limits.burstBytes, bytes + passedS * limits.bytesPerSecond) - size;
      if (messages >= 0 && bytes >= 0) return 0;
      return 1_000 * Math.max(-messages / limits.messagesPerSecond, -bytes / limits.bytesPerSecond, 0);
    },
    after(delayMs, proceed) {
      if (delayMs <= 0 && held.length === 0) return proceed();
      onDelayed(delayMs);
      // Never before the one in front: acknowledgements keep the order of the messages [MQTT-4.6.0-2].
      lastDueAt = Math.max(lastDueAt, clock() + delayMs);
      held.push({ dueAt: lastDueAt, proceed });
      schedule();
    },
  };
}
