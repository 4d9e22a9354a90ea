/** Messages and readings per second over the last ten seconds, for the wall. */
import type { Feed } from '../contracts/feed.ts';
import type { IngestStats } from '../contracts/http/ingest.ts';
import type { IngestRate } from '../contracts/live.ts';

const WINDOW_MS = 10_000;

export function createRateMeter({
  feed,
  stats,
  now,
}: {
  readonly feed: Feed;
  readonly stats: () => IngestStats;
  readonly now: () => number;
}): () => IngestRate {
  let readings = 0;
  feed.subscribe((batch) => {
    readings += batch.readings.length + batch.scans.length;
  });
  const samples: { readonly at: number; readonly messages: number; readonly readings: number }[] = [];
  return () => {
    const { received, pending, quarantined } = stats();
    const sample = { at: now(), messages: received, readings };
    samples.push(sample);
    while ((samples[1]?.at ?? Number.POSITIVE_INFINITY) <= sample.at - WINDOW_MS) samples.shift();
    const [oldest = sample] = samples;
    const seconds = Math.max(1, (sample.at - oldest.at) / 1_000);
    const perSecond = (count: number) => Math.round((count / seconds) * 10) / 10;
    return {
      messagesPerSecond: perSecond(sample.messages - oldest.messages),
      readingsPerSecond: perSecond(sample.readings - oldest.readings),
      pending,
      quarantined,
    };
  };
}
