import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { poll } from '../../tests/support/poll.ts';
import { type PostgresServer, startPostgres } from '../../tests/support/postgres.ts';
import { programOrSkip } from '../../tests/support/system.ts';
import { emptyPlace, startedStore } from './contract/place.ts';
import { area, device, gateway } from './contract/samples.ts';
import { describeRecordsStore } from './contract.ts';
import { AlreadyExists } from './port.ts';
import { createPostgresRecords } from './postgres.ts';
import { createPostgresPool } from './postgresPool.ts';

const initdb = programOrSkip('records store: postgres', 'initdb');

describe.skipIf(initdb === undefined)('with a real server', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres(initdb ?? '');
  });
  afterAll(async () => {
    await server.stop();
  });

  async function execute(url: string, sql: string): Promise<unknown[]> {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    try {
      return (await client.query<Record<string, unknown>>(sql)).rows;
    } finally {
      await client.end();
    }
  }

  /** A database whose own language is Vietnamese: sorting by code point must not depend on it. */
  async function openPlace() {
    const name = `records_${randomUUID().replaceAll('-', '')}`;
    await execute(server.url, `create database ${name} template template0 locale_provider icu icu_locale 'vi-VN'`);
    const url = new URL(server.url);
    url.pathname = `/${name}`;
    return {
      url: url.href,
      open: () => createPostgresRecords({ url: url.href }),
      execute: async (sql: string) => {
        await execute(url.href, sql);
      },
      remove: async () => {
        await execute(server.url, `drop database ${name} with (force)`);
      },
    };
  }

  describeRecordsStore('postgres', openPlace);

  test('processes that start at once on an empty database all start', async () => {
    const place = await emptyPlace(openPlace);
    const stores = await Promise.all(Array.from({ length: 5 }, () => startedStore(place)));
    for (const [index, store] of stores.entries()) await store.areas.put(area(`${index}`));
    expect(await stores[0]?.areas.all()).toHaveLength(5);
  });

  test('of several processes that create one gateway exactly one wins', async () => {
    const place = await emptyPlace(openPlace);
    const stores = await Promise.all(Array.from({ length: 3 }, () => startedStore(place)));
    const outcomes = await Promise.allSettled(
      Array.from({ length: 30 }, async (_, index) => stores[index % 3]?.gateways.create(gateway('a', 'gw'))),
    );
    expect(outcomes.filter((outcome) => outcome.status === 'fulfilled')).toHaveLength(1);
    const refusals = outcomes.filter((outcome) => outcome.status === 'rejected');
    for (const { reason } of refusals) expect(reason).toBeInstanceOf(AlreadyExists);
  });

  test('the driver of the rest of the process still reads bigint as text', async () => {
    const place = await openPlace();
    const store = await startedStore(place);
    expect(await store.quarantine.count()).toBe(0);
    expect(await execute(place.url, 'select 1::bigint as one')).toEqual([{ one: '1' }]);
    await store.stop();
    await place.remove();
  });

  test('a connection is used again, unless it failed or was left inside a transaction', async () => {
    const pool = createPostgresPool({ url: server.url, maxConnections: 1 });
    const use = async (...statements: readonly string[]) => {
      const client = await pool.connect();
      const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid', []);
      for (const statement of statements) await client.query(statement, []).catch(() => 'expected to fail');
      client.release();
      return rows[0]?.pid;
    };
    const first = await use();
    expect(await use('select * from nothing')).toBe(first);
    expect(await use('begin')).toBe(first);
    const second = await use('begin', 'select * from nothing');
    expect(second).not.toBe(first);
    const third = await use('select pg_terminate_backend(pg_backend_pid())');
    expect(third).not.toBe(second);
    expect(await use()).not.toBe(third);
    await pool.end();
  });

  test('an idle connection that is cut while in use rejects the next query and is not used again', async () => {
    const pool = createPostgresPool({ url: server.url, maxConnections: 1 });
    const client = await pool.connect();
    const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid', []);
    // Nothing is asked meanwhile: the end of the connection comes to nobody's question.
    const cut = `select pg_terminate_backend(pid) from pg_stat_activity where pid = ${rows[0]?.pid}`;
    await poll(async () => (await execute(server.url, cut)).length === 0, { deadlineMs: 10_000 });
    await expect(client.query('select 1', [])).rejects.toThrow(/terminat|not queryable/);
    client.release();
    const next = await pool.connect();
    expect((await next.query('select 1 as one', [])).rows).toEqual([{ one: 1 }]);
    next.release();
    await pool.end();
  });

  test('processes that put the same rows in opposite orders do not deadlock', async () => {
    const place = await openPlace();
    const stores = [await startedStore(place), await startedStore(place)];
    const many = Array.from({ length: 4_000 }, (_, index) => device('a', `d${index}`));
    const orders = [many, many.toReversed()];
    for (let round = 0; round < 3; round++)
      await Promise.all(stores.map((store, index) => store.devices.putMany(orders[index] ?? [])));
    expect(await stores[0]?.devices.all()).toHaveLength(4_000);
    for (const store of stores) await store.stop();
    await place.remove();
  });

  test('connections cut in the middle of writes reject them, leave nothing half done, and the store goes on', async () => {
    const place = await openPlace();
    const store = await startedStore(place);
    const many = Array.from({ length: 30_000 }, (_, index) => device('a', `d${index}`));
    const writing = store.devices.putMany(many).then(
      () => 'stored',
      () => 'rejected',
    );
    const cut = `select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid() and state <> 'idle'`;
    await poll(async () => (await execute(place.url, cut)).length > 0, { deadlineMs: 10_000, everyMs: 1 });
    expect(await writing).toBe('rejected');
    expect(await store.devices.all()).toEqual([]);
    await store.devices.putMany(many);
    expect(await store.devices.all()).toHaveLength(30_000);
    await store.stop();
    await place.remove();
  });

  test('after a crash of the server the store works again without a restart of ours', async () => {
    const place = await openPlace();
    const lost: Error[] = [];
    const store = createPostgresRecords({ url: place.url, onConnectionLost: (error) => lost.push(error) });
    await store.start();
    await store.areas.put(area('before'));
    await server.halt();
    await expect(store.check()).rejects.toThrow(/terminat|refused|ECONN/);
    await server.resume();
    await poll(async () => store.check().then(() => true), { deadlineMs: 10_000 });
    expect((await store.areas.all()).map((one) => one.id)).toEqual(['before']);
    expect(lost).not.toEqual([]);
    await store.stop();
    await place.remove();
  });
});

test('a server that is not there refuses the start with a sentence without the password', async () => {
  const store = createPostgresRecords({ url: 'postgres://ioc:top-secret@127.0.0.1:1/ioc' });
  const error = await store.start().catch((reason: unknown) => reason);
  expect(String(error)).toMatch(/The records database 127\.0\.0\.1:1\/ioc can not be opened: .*ECONNREFUSED/);
  expect(String(error)).not.toContain('top-secret');
  await expect(createPostgresRecords({ url: 'postgres://ioc:top-secret@[/x' }).start()).rejects.toThrow(
    'The records database (the URL can not be read) can not be opened',
  );
});
