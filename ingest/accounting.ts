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

const account = z
  .object({
    /** First sequence that is not known to be stored. */
    cursor: z.int().min(1),
    counts,
    /** The stretch [cursor, to) that was being stored, and what it adds. */
    intent: z.object({ to: z.int(), counts }).nullable(),
  })
  // A flipped digit anywhere breaks the sums: a cursor that jumps ahead would lose what it jumps over.
  .refine(({ cursor, counts: done }) => sumOf(done) === cursor - 1, 'the counts are not those of the cursor')
  .refine(
    ({ cursor, intent }) => intent === null || (intent.to > cursor && sumOf(intent.counts) === intent.to - cursor),
    'the intent does not add up',
  );
export type Account = z.infer<typeof account>;

export const NO_COUNTS: Counts = { stored: 0, duplicate: 0, quarantined: 0 };

export function addCounts(a: Counts, b: Counts): Counts {
  return {
    stored: a.stored + b.stored,
    duplicate: a.duplicate + b.duplicate,
    quarantined: a.quarantined + b.quarantined,
  };
}

function sumOf({ stored, duplicate, quarantined }: Counts): number {
  return stored + duplicate + quarantined;
}

export type LoadedAccount =
  | { readonly kind: 'kept'; readonly account: Account }
  /** There is none yet. */
  | { readonly kind: 'none' }
  /** The disk gave back something else; it was put aside for whoever wants to look. */
  | { readonly kind: 'damaged'; readonly detail: string };

export interface AccountFile {
  load(): Promise<LoadedAccount>;
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
        if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return { kind: 'none' };
        throw error;
      }
      const read = parse(text);
      if (read.kind === 'damaged') await rename(path, `${path}.unreadable`);
      return read;
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

function parse(text: string): Exclude<LoadedAccount, { readonly kind: 'none' }> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { kind: 'damaged', detail: error instanceof Error ? error.message : String(error) };
  }
  const parsed = account.safeParse(value);
  return parsed.success
    ? { kind: 'kept', account: parsed.data }
    : {
        kind: 'damaged',
        detail: parsed.error.issues.map(({ path, message }) => [...path, message].join(' ')).join('; '),
      };
}
