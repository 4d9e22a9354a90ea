import { createHash } from 'node:crypto';
import { inChunks, upsert } from './chunks.ts';
import { fromJson, toJson } from './json.ts';
import type { RecordsStore } from './port.ts';
import type { Tables, UseTables } from './tables.ts';

type Entries = Parameters<RecordsStore['codecMemory']['put']>[0];

export function createCodecMemory(use: UseTables): RecordsStore['codecMemory'] {
  return {
    all: () =>
      use(async (db) => {
        const rows = await db.selectFrom('codec_memory').selectAll().orderBy('entry_hash').execute();
        return rows.map((row) => ({ scope: row.scope, key: row.key, value: fromJson(row.value_json) }));
      }),
    put: (entries) =>
      use(async (db) => {
        const { rows, removed } = lastWords(entries);
        await db.transaction().execute(async (transaction) => {
          await upsert(transaction, 'codec_memory', ['entry_hash'], rows);
          await inChunks(transaction, removed, 1, (target, chunk) =>
            target.deleteFrom('codec_memory').where('entry_hash', 'in', chunk).execute(),
          );
        });
      }),
  };
}

/** What is to be written and removed when each entry's last word counts. */
function lastWords(entries: Entries): { readonly rows: Tables['codec_memory'][]; readonly removed: string[] } {
  const words = new Map<string, Tables['codec_memory'] | undefined>();
  for (const { scope, key, value } of entries) {
    const entryHash = createHash('sha256')
      .update(JSON.stringify([scope, key]))
      .digest('hex');
    words.set(
      entryHash,
      value === undefined ? undefined : { entry_hash: entryHash, scope, key, value_json: toJson(value) },
    );
  }
  return {
    rows: [...words.values()].filter((row) => row !== undefined),
    removed: [...words].filter(([, row]) => row === undefined).map(([entryHash]) => entryHash),
  };
}
