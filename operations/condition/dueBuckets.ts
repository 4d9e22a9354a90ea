/**
 * Who must be looked at again, and when: one bucket per second, so that a tick touches the devices that are due and not
 * all 140,000. A device sits in one bucket; hearing it moves nothing, the bucket finds out when it comes up.
 */

/** What sits in a bucket. The second is the bucket's, null: nowhere. Written by the buckets only. */
export interface DueItem {
  dueSecond: number | null;
}

export interface DueBuckets<Item extends DueItem> {
  /** Asks for a visit at the first sweep after `dueAt` (epoch ms). An earlier visit already asked for stands. */
  put(item: Item, dueAt: number): void;
  /** Visits all that are due; they are out of the buckets by then and may be put again. */
  sweep(now: number, visit: (item: Item) => void): void;
}

/** A longer jump of the clock is cheaper by looking at the buckets there are. */
const MAX_SECONDS_STEPPED = 600;

export function createDueBuckets<Item extends DueItem>(): DueBuckets<Item> {
  const buckets = new Map<number, Item[]>();
  let sweptSecond: number | null = null;

  function emptyBucket(second: number, visit: (item: Item) => void): void {
    const items = buckets.get(second);
    if (items === undefined) return;
    buckets.delete(second);
    for (const item of items) {
      // it was put into an earlier bucket since
      if (item.dueSecond !== second) continue;
      item.dueSecond = null;
      visit(item);
    }
  }

  return {
    put(item, dueAt) {
      let second = Math.floor(dueAt / 1_000) + 1;
      // what is due already waits for the next sweep: the buckets behind are not visited again
      if (sweptSecond !== null && second <= sweptSecond) second = sweptSecond + 1;
      if (item.dueSecond !== null && item.dueSecond <= second) return;
      item.dueSecond = second;
      const items = buckets.get(second);
      if (items) items.push(item);
      else buckets.set(second, [item]);
    },

    sweep(now, visit) {
      const nowSecond = Math.floor(now / 1_000);
      const from = sweptSecond;
      // set back with the clock, else nothing would be due until it catches up
      sweptSecond = nowSecond;
      if (from !== null && nowSecond >= from && nowSecond - from <= MAX_SECONDS_STEPPED) {
        for (let second = from + 1; second <= nowSecond; second++) emptyBucket(second, visit);
        return;
      }
      const due = [...buckets.keys()].filter((second) => second <= nowSecond).sort((a, b) => a - b);
      for (const second of due) emptyBucket(second, visit);
    },
  };
}
