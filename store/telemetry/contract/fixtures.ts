/** What the contract's parts share: a store under test, one ordinary reading and scan, some times. */
import { afterEach, beforeEach } from 'vitest';
import { deviceId, schoolId } from '../../../contracts/ids.ts';
import type { Reading } from '../../../contracts/reading.ts';
import type { Scan } from '../../../contracts/scan.ts';
import type { Point, RefusedItem, SeriesId, TelemetryStore } from '../port.ts';

export interface OpenedStore {
  /** The started store; another one after reopen(). */
  readonly store: TelemetryStore;
  /** Stops the store and starts a new one on the same data. */
  reopen(): Promise<void>;
  /** Stops it and deletes its data. */
  dispose(): Promise<void>;
}

export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;
export const NOON = Date.UTC(2026, 10, 20, 12);
export const EVER = { from: 0, to: Number.MAX_SAFE_INTEGER };
export const NOTHING_OLD = { keepRawFrom: null };

export const school = schoolId.parse('ban-mai');
export const series: SeriesId = { school, device: deviceId.parse('air-1'), sensor: '', metric: 'co2' };

export const reading = (changes: Partial<Reading> = {}): Reading => ({
  ...series,
  value: 600,
  measuredAt: NOON,
  receivedAt: NOON + 250,
  flags: 0,
  ...changes,
});

export const scan = (changes: Partial<Scan> = {}): Scan => ({
  id: 'scan-1',
  school,
  gate: deviceId.parse('gate-1'),
  at: NOON,
  receivedAt: NOON + 40,
  credentialType: 'rfid',
  credential: 'pZ0cX-4f_w',
  direction: 'in',
  flags: 0,
  ...changes,
});

/** The order of latest() is nobody's promise. */
export const byValue = (readings: readonly Reading[]): Reading[] =>
  readings.toSorted((a, b) => a.value - b.value || a.measuredAt - b.measuredAt || (a.metric < b.metric ? -1 : 1));

/** The store of the running test, and what the tests ask of it all the time. */
export interface StoreUnderTest {
  readonly store: () => TelemetryStore;
  readonly reopen: () => Promise<void>;
  readonly write: (...readings: Reading[]) => Promise<readonly RefusedItem[]>;
  readonly writeScans: (...scans: Scan[]) => Promise<readonly RefusedItem[]>;
  /** All points of a series. */
  readonly raw: (of?: SeriesId) => Promise<readonly Point[]>;
  /** All scans of the school. */
  readonly scans: () => Promise<readonly Scan[]>;
}

/** Opens an empty store for each test of the surrounding describe. */
export function useStore(open: () => Promise<OpenedStore>): StoreUnderTest {
  let opened: OpenedStore | undefined;
  const store = () => {
    if (!opened) throw new Error('the store under test is not open');
    return opened.store;
  };
  beforeEach(async () => {
    opened = await open();
  });
  afterEach(async () => {
    await opened?.dispose();
    opened = undefined;
  });
  return {
    store,
    reopen: async () => opened?.reopen(),
    write: (...readings) => store().write({ readings, scans: [] }),
    writeScans: (...scans) => store().write({ readings: [], scans }),
    raw: (of = series) => store().raw({ ...EVER, series: of, limit: 1_000 }),
    scans: () => store().scans({ ...EVER, school, limit: 1_000 }),
  };
}
