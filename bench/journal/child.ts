/** Reads a journal in its own process, so that a crash of an engine is an observation and not the end of the bench. */
import { lmdbEngine, segmentEngine, sqliteEngine } from './engines.ts';

const [, , name, folder] = process.argv;
const open = { lmdb: lmdbEngine, sqlite: sqliteEngine, segments: segmentEngine }[name ?? ''];
if (!open || folder === undefined) throw new Error('usage: child.ts lmdb|sqlite|segments FOLDER');
const engine = await open(folder);
const records = await engine.readAll();
let intact = 0;
let altered = 0;
for (const record of records) {
  // Every record of the spike repeats its number in its last four bytes.
  const view = Buffer.from(record);
  const number = view.readUInt32BE(0);
  const whole =
    view.length === 350 &&
    view.readUInt32BE(346) === number &&
    view.subarray(4, 346).every((byte) => byte === number % 251);
  if (whole) intact++;
  else altered++;
}
console.log(JSON.stringify({ intact, altered }));
process.exit(0);
