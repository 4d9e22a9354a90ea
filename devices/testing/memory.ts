/** A codec memory for tests: survives only what JSON survives, like the stored one. */
import type { CodecMemory } from '../codec.ts';

function parse(text: string): unknown {
  return JSON.parse(text);
}

export function createTestMemory(): CodecMemory {
  const entries = new Map<string, string>();
  return {
    get(key) {
      const text = entries.get(key);
      return text === undefined ? undefined : parse(text);
    },
    set: (key, value) => void entries.set(key, JSON.stringify(value)),
    delete: (key) => void entries.delete(key),
    *entries(prefix) {
      for (const [key, text] of entries) if (key.startsWith(prefix)) yield [key, parse(text)] as const;
    },
  };
}

export function createTestMemories(): (codecId: string) => CodecMemory {
  const memories = new Map<string, CodecMemory>();
  return (codecId) => {
    const known = memories.get(codecId) ?? createTestMemory();
    memories.set(codecId, known);
    return known;
  };
}
