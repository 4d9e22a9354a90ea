/**
 * What codecs remember between messages (announced topics, aliases), per codec, school and gateway. Every change is
 * also written down, so that the one who stores a batch can make the memory durable together with it.
 */
import type { RawMessage } from '../contracts/message.ts';
import type { CodecMemory } from '../devices/codec.ts';

export interface Remembered {
  readonly scope: string;
  readonly key: string;
  /** undefined: forgotten. */
  readonly value: unknown;
}

export interface MemoryBook {
  of(codec: string, message: Pick<RawMessage, 'school' | 'gateway'>): CodecMemory;
  /** Changes since the last call. */
  takeChanges(): Remembered[];
  apply(changes: readonly Remembered[]): void;
}

/** A gateway that announces without end may not fill our memory; real houses announce a few hundred things. */
const MAX_ENTRIES_PER_SCOPE = 20_000;

export function createMemoryBook(initial: Iterable<Remembered> = []): MemoryBook {
  const scopes = new Map<string, { readonly memory: CodecMemory; readonly entries: Map<string, unknown> }>();
  let changes: Remembered[] = [];

  function open(scope: string): { readonly memory: CodecMemory; readonly entries: Map<string, unknown> } {
    const known = scopes.get(scope);
    if (known) return known;
    const entries = new Map<string, unknown>();
    const memory: CodecMemory = {
      get: (key) => entries.get(key),
      set(key, value) {
        if (!entries.has(key) && entries.size >= MAX_ENTRIES_PER_SCOPE) return;
        entries.set(key, value);
        changes.push({ scope, key, value });
      },
      delete(key) {
        if (entries.delete(key)) changes.push({ scope, key, value: undefined });
      },
      *entries(prefix) {
        for (const entry of entries) if (entry[0].startsWith(prefix)) yield entry;
      },
    };
    const created = { memory, entries };
    scopes.set(scope, created);
    return created;
  }

  function apply(list: Iterable<Remembered>): void {
    for (const { scope, key, value } of list)
      if (value === undefined) open(scope).entries.delete(key);
      else open(scope).entries.set(key, value);
  }
  apply(initial);

  return {
    of: (codec, { school, gateway }) => open(`${codec}\n${school}\n${gateway}`).memory,
    takeChanges() {
      const taken = changes;
      changes = [];
      return taken;
    },
    apply,
  };
}
