import { afterAll, beforeAll, describe } from 'vitest';
import { type InfluxServer, startInfluxDb } from '../../../tests/support/influxdb.ts';
import { programOrSkip } from '../../../tests/support/system.ts';
import type { OpenedStore } from '../contract/fixtures.ts';
import { describeTelemetryStore } from '../contract.ts';
import { addressOf } from './influxQl.ts';
import { createInfluxStore } from './influxStore.ts';

const influxd = programOrSkip('telemetry store in InfluxDB', 'influxd');

describe.skipIf(influxd === undefined)('on a real InfluxDB 1.x', () => {
  let server: InfluxServer;
  let databases = 0;
  beforeAll(async () => {
    server = await startInfluxDb(influxd ?? '');
  });
  afterAll(() => server.stop());

  async function openInflux(): Promise<OpenedStore> {
    databases += 1;
    const bucket = `test ${databases}`;
    const create = () => createInfluxStore({ url: server.url, bucket, timeZone: 'Asia/Ho_Chi_Minh' });
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
        await fetch(addressOf(server.url, '/query', { q: `DROP DATABASE "${bucket}"` }), {
          method: 'POST',
        });
      },
    };
  }

  describeTelemetryStore('influxdb 1.x', openInflux);
});
