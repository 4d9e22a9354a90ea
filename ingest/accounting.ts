/**
 * How far the journal is stored, and the account of every message: received = stored + duplicate + quarantined +
 * pending. One small file, replaced whole. Before a stretch goes to the store its outcome is written down as intent;
 * after a crash between the two the same stretch is written again (harmless) and counted once, as intended.
 */
import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';

const counts = z.object({ stored: z.int().min(0), duplicate: z.int().min(0), quarantined: z.int().min(0) });
export type Counts = z.infer<typeof counts>;

const account = z.object({
  /** First sequence that is not known to be stored. */
  cursor: z.int().min(1),
  counts,
  /** The stretch [cursor, to) that was being stored, and what it adds. */
  intent: z.object({ to: z.int(), counts }).nullable(),
});
export type Account = z.infer<typeof account>;

export const NO_COUNTS: Counts = { stored: 0, duplicate: 0, quarantined: 0 };

export function addCounts(a: Counts, b: Counts): Counts {
  return {
    stored: a.stored + b.stored,
    duplicate: a.duplicate + b.duplicate,
    quarantined: a.quarantined + b.quarantined,
  };
}

export interface AccountFile {
  /** undefined: there is none yet. Throws a sentence when it can not be read as one. */
  load(): Promise<Account | undefined>;
  /** Durable when resolved. */
  save(value: Account): Promise<void>;
}

export function createAccountFile(path: string): AccountFile {
  async function syncFolder(): Promise<void> {
    const folder = await open(dirname(path), 'r');
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  }

  return {
    async load() {
      let text: string;
      try {
        text = await readFile(path, 'utf8');
      } catch (error) {
        if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
        throw error;
      }
      const parsed = account.safeParse(JSON.parse(text || 'null'));
      if (!parsed.success) throw new Error(`${path} is not an account of the journal`);
      return parsed.data;
    },
    async save(value) {
      await mkdir(dirname(path), { recursive: true });
      const temporary = join(dirname(path), '.account.new');
      const file = await open(temporary, 'w');
      try {
        await file.writeFile(JSON.stringify(value));
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(temporary, path);
      await syncFolder();
    },
  };
}
