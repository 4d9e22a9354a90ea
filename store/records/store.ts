/** The records store on any database that Kysely speaks to: lifecycle here, one file for each group of tables. */
import type { Kysely } from 'kysely';
import { createAlarms } from './alarms.ts';
import { createAreas } from './areas.ts';
import { createCodecMemory } from './codecMemory.ts';
import { createDevices } from './devices.ts';
import { createGateways } from './gateways.ts';
import { createMappings } from './mappings.ts';
import type { RecordsStore } from './port.ts';
import { createQuarantine } from './quarantine.ts';
import { createRooms } from './rooms.ts';
import { createRules } from './rules.ts';
import { createSchools } from './schools.ts';
import { createSecurityEvents } from './securityEvents.ts';
import { createSettings } from './settings.ts';
import type { Tables, UseTables } from './tables.ts';
import { createTerminals } from './terminals.ts';
import { createTokens } from './tokens.ts';
import { createUsers } from './users.ts';

/** An open, migrated database. */
export interface OpenDatabase {
  readonly db: Kysely<Tables>;
  /** Lets go of files or connections. Called when nobody works on the database. */
  close(): Promise<void>;
}

export interface RecordsOptions {
  /** For people: which database, without secrets. */
  readonly where: () => string;
  readonly open: () => Promise<OpenDatabase>;
}

export function createRecords({ where, open }: RecordsOptions): RecordsStore {
  let opened: OpenDatabase | undefined;
  const underWay = new Set<Promise<unknown>>();

  const use: UseTables = async (work) => {
    if (!opened) throw new Error('the records store is not started');
    const working = work(opened.db);
    underWay.add(working);
    try {
      return await working;
    } finally {
      underWay.delete(working);
    }
  };

  return {
    async start() {
      if (opened) throw new Error('the records store is started already');
      try {
        opened = await open();
      } catch (error) {
        throw new Error(`The records database ${where()} can not be opened: ${reasonOf(error)}`, { cause: error });
      }
    },
    async stop() {
      const closing = opened;
      opened = undefined;
      await Promise.allSettled(underWay);
      await closing?.close();
    },
    check: () =>
      use(async (db) => {
        await db
          .insertInto('heartbeat')
          .values({ id: 1, beats: 1 })
          .onConflict((conflict) =>
            conflict.column('id').doUpdateSet((update) => ({ beats: update('heartbeat.beats', '+', 1) })),
          )
          .execute();
      }),
    areas: createAreas(use),
    schools: createSchools(use),
    rooms: createRooms(use),
    gateways: createGateways(use),
    devices: createDevices(use),
    users: createUsers(use),
    tokens: createTokens(use),
    quarantine: createQuarantine(use),
    codecMemory: createCodecMemory(use),
    securityEvents: createSecurityEvents(use),
    alarms: createAlarms(use),
    rules: createRules(use),
    terminals: createTerminals(use),
    mappings: createMappings(use),
    settings: createSettings(use),
  };
}

/** An AggregateError of a refused connection has a code and no message. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.message !== '') return error.message;
  return 'code' in error ? String(error.code) : error.name;
}
