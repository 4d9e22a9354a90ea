/** What a mapping would make of messages that came already, before it counts. Nothing is stored or announced. */
import type { MappingPreview } from '../contracts/http/mappings.ts';
import type { SchoolId } from '../contracts/ids.ts';
import type { MappingData } from '../contracts/mapping.ts';
import type { RawMessage } from '../contracts/message.ts';
import type { CodecMemory } from '../devices/codec.ts';
import { compileMapping } from '../devices/codecs/mapping.ts';
import type { RecordsStore } from '../store/records/port.ts';
import { type DecodeRules, decode } from './decode.ts';
import { type RawLog, showMessage } from './rawLog.ts';

const MAX_SHOWN = 50;
/** The quarantine of a school may be long: the newest are looked at. */
const MAX_QUARANTINED_LOOKED = 1_000;
const PAGE = 20;

/** A mapping remembers nothing. */
const NO_MEMORY: CodecMemory = {
  get: () => undefined,
  set: () => undefined,
  delete: () => undefined,
  entries: () => [],
};

type Item = MappingPreview['items'][number];

export function createMappingPreview({
  rawLog,
  quarantine,
  rules,
}: {
  readonly rawLog: Pick<RawLog, 'recent'>;
  readonly quarantine: Pick<RecordsStore['quarantine'], 'list'>;
  readonly rules: Omit<DecodeRules, 'memory' | 'findCodec'>;
}): (school: SchoolId, mapping: MappingData) => Promise<MappingPreview> {
  return async (school, mapping) => {
    const codec = compileMapping(mapping);
    const seen = new Set<string>();
    const found: { readonly receivedAt: number; readonly item: Item }[] = [];
    let looked = 0;

    function look(message: RawMessage, source: Item['source']): void {
      // A refused message is in both; receive times are unique.
      const key = `${message.gateway}\n${message.receivedAt}\n${message.topic}`;
      if (seen.has(key)) return;
      seen.add(key);
      looked++;
      if (!codec.claims(message.topic, NO_MEMORY)) return;
      const decoded = decode(message, { ...rules, memory: () => NO_MEMORY, findCodec: () => codec });
      found.push({ receivedAt: message.receivedAt, item: { ...showMessage(message, decoded), source } });
    }

    for (const message of rawLog.recent(school)) {
      if (found.length >= MAX_SHOWN) break;
      look(message, 'recent');
    }
    let cursor: string | undefined;
    let quarantined = 0;
    while (found.length < MAX_SHOWN && quarantined < MAX_QUARANTINED_LOOKED) {
      const page = await quarantine.list({ school, limit: PAGE, cursor });
      for (const entry of page) {
        if (found.length >= MAX_SHOWN) break;
        // Raw payloads are large, so they are shown and let go one by one.
        look(entry, 'quarantine');
      }
      quarantined += page.length;
      cursor = String(page.at(-1)?.id);
      if (page.length < PAGE) break;
    }
    const items = found.sort((one, other) => other.receivedAt - one.receivedAt).map(({ item }) => item);
    return { items, looked };
  };
}
