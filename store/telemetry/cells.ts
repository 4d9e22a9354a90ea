/** One row of an answer: what a database gives back is unknown until it was looked at. */
export type Row = readonly unknown[];

/** The number in a column, or a sentence: the query and its reader disagree. */
export function numberIn(row: Row, column: number): number {
  const value = row[column];
  if (typeof value === 'number') return value;
  throw new TypeError(`expected a number in column ${column}, got ${typeof value}`);
}

export function textIn(row: Row, column: number): string {
  const value = row[column];
  if (typeof value === 'string') return value;
  throw new TypeError(`expected text in column ${column}, got ${typeof value}`);
}
