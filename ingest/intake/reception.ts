/** What happens to a message between a door and the journal: counted while it waits, acknowledged at its gateway's pace. */
import type { Accept, AcceptFrom } from './acceptedMessage.ts';
import { createBacklog } from './backlog.ts';
import type { IntakeLimits } from './limits.ts';
import type { Identity } from './mountpoint.ts';
import { createOverload, type Overload } from './overload.ts';
import { createPace, type Pace } from './pace.ts';

/** Longer, and the gateway takes the silence for a broken line. */
const MAX_DELAY_MS = 5_000;

export interface Reception {
  /** Calls back when the message is durable and its gateway may go on. */
  readonly from: AcceptFrom;
  /** The gateway is gone: its pace need not be remembered. */
  forget(identity: Identity): void;
  readonly overload: Overload;
  gauges(): {
    readonly unacknowledgedMessages: number;
    readonly unacknowledgedBytes: number;
    readonly oldestUnacknowledgedMs: number;
    /** Milliseconds of delay given to acknowledgements, in all. */
    readonly throttledMs: number;
  };
}

export function createReception({
  limits,
  append,
  clock,
}: {
  readonly limits: Pick<IntakeLimits, 'rate' | 'overload'>;
  /** Calls back when the message is on the disk, or failed. */
  readonly append: AcceptFrom;
  /** Monotonic, ms. */
  readonly clock: () => number;
}): Reception {
  const backlog = createBacklog(clock);
  const overload = createOverload({ limits: limits.overload, backlog, clock });
  /** Kept while disconnected: coming back is no way to a fresh burst. As many as there are credentials. */
  const paces = new Map<string, Pace>();
  let throttledMs = 0;

  const keyOf = ({ school, gateway }: Identity) => `${school}/${gateway}`;

  function paceOf(identity: Identity): Pace {
    const key = keyOf(identity);
    const known = paces.get(key);
    if (known) return known;
    const pace = createPace({
      limits: limits.rate,
      clock,
      onDelayed: (ms) => {
        throttledMs += ms;
      },
    });
    paces.set(key, pace);
    return pace;
  }

  return {
    overload,
    from(transport) {
      const appendFrom: Accept = append(transport);
      return (message, done) => {
        const pace = paceOf(message.identity);
        const size = message.payload.byteLength + message.topic.length;
        const at = clock();
        const slot = backlog.add(size, at);
        const delayMs = Math.min(pace.take(size, at) + overload.delayMs(), message.patienceMs ?? 0, MAX_DELAY_MS);
        appendFrom(message, (error) => {
          backlog.settle(slot, size);
          if (error) return done(error);
          pace.after(delayMs, done);
        });
      };
    },
    forget: (identity) => void paces.delete(keyOf(identity)),
    gauges: () => ({
      unacknowledgedMessages: backlog.messages(),
      unacknowledgedBytes: backlog.bytes(),
      oldestUnacknowledgedMs: backlog.oldestMs(),
      throttledMs,
    }),
  };
}
