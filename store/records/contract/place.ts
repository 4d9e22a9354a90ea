/** Where a records store under test keeps its data. */
import { onTestFinished } from 'vitest';
import type { RecordsStore } from '../port.ts';

export interface RecordsPlace {
  /** A store on this place, not started. */
  readonly open: () => RecordsStore;
  /** A statement past the store. */
  readonly execute: (sql: string) => Promise<void>;
  readonly remove: () => Promise<void>;
}

/** Makes a new, empty place. */
export type OpenPlace = () => Promise<RecordsPlace>;

/** An empty place that is removed when the test ends. */
export async function emptyPlace(openPlace: OpenPlace): Promise<RecordsPlace> {
  const place = await openPlace();
  onTestFinished(place.remove);
  return place;
}

/** Starts a store that is stopped when the test ends. */
export async function startedStore(place: RecordsPlace): Promise<RecordsStore> {
  const store = place.open();
  await store.start();
  onTestFinished(() => store.stop());
  return store;
}

/** A started store on an empty place. */
export async function emptyStore(openPlace: OpenPlace): Promise<RecordsStore> {
  return startedStore(await emptyPlace(openPlace));
}
