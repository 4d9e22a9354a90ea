/** Many lines, some of which the database may refuse: those are found and named, the others are stored. */
import { LinesRefused } from './failure.ts';
import { type LineWriter, MAX_LINES } from './lineWriter.ts';

/** Position of each refused line → what the database said of it. Rejects when the server is the trouble. */
export async function sendLines(writer: LineWriter, lines: readonly string[]): Promise<Map<number, string>> {
  const refused = new Map<number, string>();

  async function send(positions: readonly number[]): Promise<void> {
    try {
      await writer.write(positions.map((position) => lines[position] ?? ''));
    } catch (error) {
      if (!(error instanceof LinesRefused)) throw error;
      if (positions.length === 1 || error.refusesAll(positions.length))
        for (const position of positions) refused.set(position, error.message);
      else for (const part of parts(positions)) await send(part);
    }
  }

  /** A conflict is most often one of a whole measurement: tell those apart first, then halve. */
  function parts(positions: readonly number[]): number[][] {
    const byMeasurement = new Map<string, number[]>();
    for (const position of positions) {
      const measurement = lines[position]?.split(/[ ,]/, 1)[0] ?? '';
      const known = byMeasurement.get(measurement);
      if (known) known.push(position);
      else byMeasurement.set(measurement, [position]);
    }
    if (byMeasurement.size > 1) return [...byMeasurement.values()];
    const middle = Math.ceil(positions.length / 2);
    return [positions.slice(0, middle), positions.slice(middle)];
  }

  const all = Array.from(lines.keys());
  for (let from = 0; from < all.length; from += MAX_LINES) await send(all.slice(from, from + MAX_LINES));
  return refused;
}
