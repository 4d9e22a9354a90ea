/** Is somebody in the room, as far as its sensors say? Pure. A room without a word about it is unknown, not empty. */
import type { Rule } from '../../contracts/rule.ts';

interface SourceSays {
  /** Of the newest word. */
  readonly at: number;
  readonly occupied: boolean;
  /** When it last turned from occupied to empty; null: it never did, or is occupied. */
  readonly emptySince: number | null;
}

/** By source: device and sensor. */
export type Occupancy = Readonly<Record<string, SourceSays>>;

export function withOccupancy(
  before: Occupancy,
  said: { readonly at: number; readonly source: string; readonly occupied: boolean },
): Occupancy {
  const known = Object.hasOwn(before, said.source) ? before[said.source] : undefined;
  if (known && said.at <= known.at) return before;
  const emptySince = said.occupied ? null : known?.occupied ? said.at : (known?.emptySince ?? null);
  return { ...before, [said.source]: { at: said.at, occupied: said.occupied, emptySince } };
}

/** A motion sensor forgets people who sit still: a room is empty only `emptyAfterMs` after the last one was seen. */
export function occupancyAllows(gate: Rule['occupancy'], occupancy: Occupancy, at: number): boolean {
  if (gate === null) return true;
  const sources = Object.values(occupancy);
  if (sources.length === 0) return gate.when === 'unless_empty';
  return sources.some(
    ({ occupied, emptySince }) => occupied || (emptySince !== null && at - emptySince < gate.emptyAfterMs),
  );
}
