import type { Selectable } from 'kysely';
import type { Gateway } from '../../contracts/device.ts';
import { inChunks } from './chunks.ts';
import { isUniqueViolation } from './conflict.ts';
import { AlreadyExists, type GatewayCredential, type RecordsStore } from './port.ts';
import type { Tables, UseTables } from './tables.ts';

const PUBLIC_COLUMNS = ['school', 'id', 'username', 'created_at', 'rotated_at'] as const;
const PARAMETERS_PER_GATEWAY = 6;

export function createGateways(use: UseTables): RecordsStore['gateways'] {
  return {
    create: (gateway) =>
      refuseTaken(
        `school ${gateway.school} has a gateway ${gateway.id}, or the user name ${gateway.username} is taken`,
        use((db) => db.insertInto('gateways').values(toRow(gateway)).execute()),
      ),
    /** All or none. */
    createMany: (gateways) =>
      refuseTaken(
        'a gateway of this list, or its user name, exists; none of the list was created',
        use((db) =>
          inChunks(db, gateways.map(toRow), PARAMETERS_PER_GATEWAY, (target, chunk) =>
            target.insertInto('gateways').values(chunk).execute(),
          ),
        ),
      ),
    setSecret: (school, id, secretHash, rotatedAt) =>
      use(async (db) => {
        const { numUpdatedRows } = await db
          .updateTable('gateways')
          .set({ secret_hash: secretHash, rotated_at: rotatedAt })
          .where('school', '=', school)
          .where('id', '=', id)
          .executeTakeFirst();
        return numUpdatedRows > 0n;
      }),
    delete: (school, id) =>
      use(async (db) => {
        const { numDeletedRows } = await db
          .deleteFrom('gateways')
          .where('school', '=', school)
          .where('id', '=', id)
          .executeTakeFirst();
        return numDeletedRows > 0n;
      }),
    ofSchool: (school) =>
      use(async (db) => {
        const ofSchool = db.selectFrom('gateways').select(PUBLIC_COLUMNS).where('school', '=', school).orderBy('id');
        return (await ofSchool.execute()).map(fromRow);
      }),
    credentials: () =>
      use(async (db) => {
        const rows = await db.selectFrom('gateways').selectAll().orderBy('school').orderBy('id').execute();
        return rows.map((row) => ({ ...fromRow(row), secretHash: row.secret_hash }));
      }),
  };
}

async function refuseTaken(sentence: string, writing: Promise<unknown>): Promise<void> {
  try {
    await writing;
  } catch (error) {
    throw isUniqueViolation(error) ? new AlreadyExists(sentence, { cause: error }) : error;
  }
}

function toRow(gateway: GatewayCredential): Tables['gateways'] {
  return {
    school: gateway.school,
    id: gateway.id,
    username: gateway.username,
    secret_hash: gateway.secretHash,
    created_at: gateway.createdAt,
    rotated_at: gateway.rotatedAt,
  };
}

function fromRow(row: Pick<Selectable<Tables['gateways']>, (typeof PUBLIC_COLUMNS)[number]>): Gateway {
  return {
    id: row.id,
    school: row.school,
    username: row.username,
    createdAt: row.created_at,
    rotatedAt: row.rotated_at,
  };
}
