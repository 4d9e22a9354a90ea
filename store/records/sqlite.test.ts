import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Kysely, SqliteDialect, sql } from 'kysely';
import Database from 'libsql';
import { describe, expect, onTestFinished, test } from 'vitest';
import { area } from './contract/samples.ts';
import { describeRecordsStore } from './contract.ts';
import { createSqliteRecords } from './sqlite.ts';
import { openSqliteDatabase } from './sqliteDatabase.ts';

async function folderForTest(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'records-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Another program that has the file open. */
function anotherProgram(path: string) {
  const other = new Database(path);
  onTestFinished(() => {
    other.close();
  });
  return other;
}

describeRecordsStore('sqlite', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'records-'));
  const path = join(folder, 'records.db');
  return {
    open: () => createSqliteRecords({ path }),
    execute: async (statement) => {
      const database = new Database(path);
      database.exec(statement);
      database.close();
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
});

describe('sqlite', () => {
  test('makes its folder, and the file is for its owner only', async () => {
    const path = join(await folderForTest(), 'new', 'deeper', 'records.db');
    const store = createSqliteRecords({ path });
    await store.start();
    await store.areas.put(area('a'));
    for (const file of [path, `${path}-wal`]) expect((await stat(file)).mode & 0o777).toBe(0o600);
    await store.stop();
    expect((await stat(`${path}-wal`)).size).toBe(0);
  });

  test('commits are synced fully, in a write-ahead log', async () => {
    const database = openSqliteDatabase({ path: join(await folderForTest(), 'records.db') });
    const pragma = (name: string) => database.prepare(`pragma ${name}`).all([]);
    expect(pragma('journal_mode')).toEqual([{ journal_mode: 'wal' }]);
    expect(pragma('synchronous')).toEqual([{ synchronous: 2 }]);
    expect(pragma('foreign_keys')).toEqual([{ foreign_keys: 1 }]);
    expect(pragma('busy_timeout')).toEqual([{ timeout: 1_000 }]);
    database.close();
  });

  test('a file that is no database refuses the start with a sentence that names it', async () => {
    const path = join(await folderForTest(), 'records.db');
    await writeFile(path, 'not a database, and long enough to be sure of it. '.repeat(100));
    await expect(createSqliteRecords({ path }).start()).rejects.toThrow(
      `The records database ${path} can not be opened`,
    );
  });

  test('a write that meets a lock rejects, and every later write is really committed', async () => {
    const path = join(await folderForTest(), 'records.db');
    const store = createSqliteRecords({ path, busyTimeoutMs: 20 });
    await store.start();
    onTestFinished(() => store.stop());
    const other = anotherProgram(path);
    other.exec('begin immediate');
    await expect(store.areas.put(area('single'))).rejects.toThrow('locked');
    await expect(store.codecMemory.put([{ scope: 's', key: 'k', value: 1 }])).rejects.toThrow('locked');
    await expect(store.check()).rejects.toThrow('locked');
    expect(await store.areas.all()).toEqual([]);
    other.exec('rollback');

    await store.check();
    await store.areas.put(area('after'));
    await store.codecMemory.put([{ scope: 's', key: 'k', value: 1 }]);
    // The other program sees what is committed, not what this one believes.
    expect(other.prepare('select id from areas').all()).toEqual([{ id: 'after' }]);
    expect(other.prepare('select key from codec_memory').all()).toEqual([{ key: 'k' }]);
  });

  test('on a full disk writes reject with the reason, nothing is half done, and with room again they work', async () => {
    const path = join(await folderForTest(), 'records.db');
    const database = openSqliteDatabase({ path });
    const db = new Kysely<{ notes: { text: string } }>({ dialect: new SqliteDialect({ database }) });
    onTestFinished(() => db.destroy());
    await sql`create table notes (text text not null)`.execute(db);
    const note = { text: 'x'.repeat(3_000) };
    const writeMany = () =>
      db.transaction().execute(async (transaction) => {
        for (let count = 0; count < 200; count++) await transaction.insertInto('notes').values(note).execute();
      });

    database.prepare('pragma max_page_count = 10').all([]);
    await expect(writeMany()).rejects.toThrow('full');
    await expect(
      db
        .insertInto('notes')
        .values({ text: 'x'.repeat(100_000) })
        .execute(),
    ).rejects.toThrow('full');
    expect(await db.selectFrom('notes').selectAll().execute()).toEqual([]);
    database.prepare('pragma max_page_count = 100000').all([]);
    await writeMany();
    await db.insertInto('notes').values(note).execute();
    expect(anotherProgram(path).prepare('select count(*) as notes from notes').all()).toEqual([{ notes: 201 }]);
  });
});
