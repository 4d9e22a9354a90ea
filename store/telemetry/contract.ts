/** What every telemetry store is held to. Each implementation's test calls this with a way to open itself, empty. */
import { describe } from 'vitest';
import { describeBuckets } from './contract/buckets.ts';
import { describeCurrent } from './contract/current.ts';
import { type OpenedStore, useStore } from './contract/fixtures.ts';
import { describeMaintenance } from './contract/maintenance.ts';
import { describeNames } from './contract/names.ts';
import { describeRandomHistories } from './contract/randomHistories.ts';
import { describeReadings } from './contract/readings.ts';
import { describeRollups } from './contract/rollups.ts';
import { describeScans } from './contract/scans.ts';

/** The store must count its days in Asia/Ho_Chi_Minh. */
export function describeTelemetryStore(name: string, open: () => Promise<OpenedStore>): void {
  describe(`telemetry store: ${name}`, () => {
    const parts = [
      describeReadings,
      describeNames,
      describeScans,
      describeCurrent,
      describeBuckets,
      describeRollups,
      describeMaintenance,
    ];
    describe('by example', () => {
      const store = useStore(open);
      for (const part of parts) part(store);
    });
    describeRandomHistories(open);
  });
}
