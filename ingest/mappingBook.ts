/** The technicians' mappings as codecs, per school. What is put here counts from the next message on. */
import type { SchoolId } from '../contracts/ids.ts';
import type { MappingData } from '../contracts/mapping.ts';
import type { Codec, CodecMemory } from '../devices/codec.ts';
import { compileMapping } from '../devices/codecs/mapping.ts';
import { type FindCodec, findCodec, withMappings } from '../devices/codecs/registry.ts';

export interface MappingBook {
  findCodec(topic: string, memory: (codec: string) => CodecMemory, school: SchoolId): Codec | undefined;
  put(school: SchoolId, mapping: MappingData): void;
  remove(school: SchoolId, id: string): void;
}

export function createMappingBook(
  initial: Iterable<{ readonly school: SchoolId; readonly mapping: MappingData }> = [],
): MappingBook {
  const schools = new Map<SchoolId, { readonly codecs: ReadonlyMap<string, Codec>; readonly find: FindCodec }>();

  function set(school: SchoolId, codecs: ReadonlyMap<string, Codec>): void {
    if (codecs.size === 0) schools.delete(school);
    else {
      // By id, so that which of two on one topic counts does not depend on when they were made.
      const inOrder = [...codecs].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, codec]) => codec);
      schools.set(school, { codecs, find: withMappings(inOrder) });
    }
  }

  function put(school: SchoolId, mapping: MappingData): void {
    set(school, new Map(schools.get(school)?.codecs).set(mapping.id, compileMapping(mapping)));
  }
  for (const { school, mapping } of initial) put(school, mapping);

  return {
    findCodec: (topic, memory, school) => (schools.get(school)?.find ?? findCodec)(topic, memory),
    put,
    remove(school, id) {
      const left = new Map(schools.get(school)?.codecs);
      if (left.delete(id)) set(school, left);
    },
  };
}
