/** The newest scans this process has stored: one that comes again under another time is recognised without a search. */
import type { Scan } from '../../../contracts/scan.ts';
import { scanKey } from '../scanHash.ts';

export interface RecentIds {
  has(scan: Pick<Scan, 'school' | 'id'>): boolean;
  add(scan: Pick<Scan, 'school' | 'id'>): void;
}

/** Remembers at least `keep` ids, at most twice as many. */
export function createRecentIds({ keep }: { readonly keep: number }): RecentIds {
  let newer = new Set<string>();
  let older = new Set<string>();
  return {
    has: (scan) => newer.has(scanKey(scan)) || older.has(scanKey(scan)),
    add(scan) {
      newer.add(scanKey(scan));
      if (newer.size < keep) return;
      older = newer;
      newer = new Set();
    },
  };
}
