import type { RecordsStore } from './port.ts';
import type { UseTables } from './tables.ts';

export function createSecurityEvents(use: UseTables): RecordsStore['securityEvents'] {
  return {
    add: ({ at, kind, school, gateway, detail }) =>
      use(async (db) => {
        await db.insertInto('security_events').values({ at, kind, school, gateway, detail }).execute();
      }),
    /** Newest first; `before` is an instant, epoch ms, itself left out. */
    list: ({ limit, before }) =>
      use((db) => {
        const events = db
          .selectFrom('security_events')
          .select(['at', 'kind', 'school', 'gateway', 'detail'])
          .orderBy('at', 'desc')
          .orderBy('id', 'desc')
          .limit(limit);
        return (before === undefined ? events : events.where('at', '<', before)).execute();
      }),
  };
}
