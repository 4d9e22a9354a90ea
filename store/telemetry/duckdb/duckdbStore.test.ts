import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { OpenedStore } from '../contract/fixtures.ts';
import { describeTelemetryStore } from '../contract.ts';
import { createDuckDbStore } from './duckdbStore.ts';

async function openDuckDb(): Promise<OpenedStore> {
  const folder = await mkdtemp(join(tmpdir(), 'telemetry-'));
  const create = () => createDuckDbStore({ path: join(folder, 'telemetry.duckdb'), timeZone: 'Asia/Ho_Chi_Minh' });
  let store = create();
  await store.start();
  return {
    get store() {
      return store;
    },
    async reopen() {
      await store.stop();
      store = create();
      await store.start();
    },
    async dispose() {
      await store.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

describeTelemetryStore('duckdb', openDuckDb);
