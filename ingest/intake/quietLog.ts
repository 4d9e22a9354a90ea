/** A peer can fail a thousand times a second; the log says so a few times a minute, and how many it left out. */
const LINES_PER_MINUTE = 30;
const MINUTE_MS = 60_000;

export function createQuietLog(
  write: (fields: object, message: string) => void,
  clock: () => number,
): (fields: object, message: string) => void {
  let startedAt = Number.NEGATIVE_INFINITY;
  let lines = 0;
  let leftOut = 0;
  return (fields, message) => {
    const at = clock();
    if (at - startedAt >= MINUTE_MS) {
      startedAt = at;
      lines = 0;
    }
    if (++lines > LINES_PER_MINUTE) {
      leftOut++;
      return;
    }
    write(leftOut > 0 ? { ...fields, leftOut } : fields, message);
    leftOut = 0;
  };
}
