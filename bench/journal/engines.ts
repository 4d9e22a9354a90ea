/** Three ways to keep the journal, behind one small interface, for the spike that chose between them. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { open as openLmdb } from 'lmdb';
import { createSegmentLog } from '../../store/journal/segmentLog.ts';

export interface Engine {
  /** Resolves when the whole group is on the disk. */
  append(records: readonly Uint8Array[]): Promise<void>;
  /** All records in order; what is missing shows as a gap, what can not be read throws. */
  readAll(): Promise<Uint8Array[]>;
  close(): Promise<void>;
}

export async function lmdbEngine(folder: string): Promise<Engine> {
  mkdirSync(folder, { recursive: true });
  const db = openLmdb<Uint8Array, number>({
    path: join(folder, 'journal.mdb'),
    keyEncoding: 'uint32',
    encoding: 'binary',
    overlappingSync: false, // a resolved put is then on the disk, not merely committed
    mapSize: 4 * 1024 ** 3,
  });
  let next = db.getKeysCount();
  return {
    async append(records) {
      await db.transaction(() => {
        for (const record of records) void db.put(next++, record); // awaited with the transaction
      });
      await db.flushed;
    },
    readAll: async () => [...db.getRange({})].map(({ value }) => value),
    close: () => db.close(),
  };
}

const SQLITE_WORKER = `
const { parentPort, workerData } = require('node:worker_threads');
const Database = require('libsql');
const db = new Database(workerData);
db.exec('PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE IF NOT EXISTS journal(seq INTEGER PRIMARY KEY, bytes BLOB NOT NULL)');
const insert = db.prepare('INSERT INTO journal(bytes) VALUES (?)');
parentPort.on('message', ({ id, records, read, close }) => {
  try {
    if (close) { db.exec('PRAGMA wal_checkpoint(TRUNCATE)'); return parentPort.postMessage({ id }); }
    if (read) return parentPort.postMessage({ id, rows: db.prepare('SELECT bytes FROM journal ORDER BY seq').all().map((row) => row.bytes) });
    db.exec('BEGIN IMMEDIATE');
    for (const record of records) insert.run([Buffer.from(record.buffer, record.byteOffset, record.byteLength)]); // a bare Buffer aborts the process
    db.exec('COMMIT');
    parentPort.postMessage({ id });
  } catch (error) { parentPort.postMessage({ id, error: String(error) }); }
});`;

/** In a worker: libsql is synchronous, and an fsync on the event loop would stop the broker. */
export async function sqliteEngine(folder: string): Promise<Engine> {
  mkdirSync(folder, { recursive: true });
  const worker = new Worker(SQLITE_WORKER, { eval: true, workerData: join(folder, 'journal.sqlite') });
  const waiting = new Map<number, (answer: { error?: string; rows?: Uint8Array[] }) => void>();
  worker.on('message', (answer: { id: number; error?: string; rows?: Uint8Array[] }) => {
    waiting.get(answer.id)?.(answer);
    waiting.delete(answer.id);
  });
  worker.on('error', (error) => {
    for (const settle of waiting.values()) settle({ error: String(error) });
  });
  let nextId = 0;
  const ask = (request: object) =>
    new Promise<Uint8Array[]>((resolve, reject) => {
      const id = nextId++;
      waiting.set(id, ({ error, rows }) => (error === undefined ? resolve(rows ?? []) : reject(new Error(error))));
      worker.postMessage({ id, ...request });
    });
  return {
    append: async (records) => void (await ask({ records })),
    readAll: () => ask({ read: true }),
    // The thread is left alone; the spike's process ends by itself.
    close: async () => void (await ask({ close: true })),
  };
}

export async function segmentEngine(folder: string): Promise<Engine> {
  const log = createSegmentLog({ folder });
  await log.start();
  return {
    append: (records) => log.append(records),
    async readAll() {
      const all: Uint8Array[] = [];
      for (let at = log.first(); at < log.next(); ) {
        const { records, next } = await log.read(at, 4 * 1024 * 1024);
        for (const { bytes } of records) all.push(Buffer.from(bytes));
        at = next;
      }
      return all;
    },
    close: () => log.stop(),
  };
}
