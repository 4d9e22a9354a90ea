/**
 * Receive times: epoch ms with microseconds as fraction, no two alike while the clock runs forward, so that two
 * messages of one millisecond stay two readings. A clock that is set back is followed (within a second it is only held).
 */
const STEP_BACK_FOLLOWED_MS = 1_000;

export function createReceiveClock(now: () => number): () => number {
  let lastMicros = 0;
  return () => {
    const micros = now() * 1_000;
    const setBack = lastMicros - micros > STEP_BACK_FOLLOWED_MS * 1_000;
    lastMicros = setBack ? micros : Math.max(lastMicros + 1, micros);
    return lastMicros / 1_000;
  };
}
