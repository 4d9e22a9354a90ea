/** An account for somebody at the desk, put into the records before the system starts. */
import { join } from 'node:path';
import { hashPassword } from '../../api/access/passwords.ts';
import type { Role } from '../../contracts/access.ts';
import { createPostgresRecords } from '../../store/records/postgres.ts';
import { createSqliteRecords } from '../../store/records/sqlite.ts';
import type { Credentials } from './mqttClient.ts';

export async function putAccount(
  place: { readonly dataDir: string; readonly env: Readonly<Record<string, string>> },
  { username, password }: Credentials,
  role: Role,
): Promise<void> {
  const url = place.env['IOC_DATABASE_URL'];
  const path = join(place.dataDir, 'records.sqlite');
  const records = url === undefined ? createSqliteRecords({ path }) : createPostgresRecords({ url });
  await records.start();
  await records.users.put({
    username,
    displayName: username,
    role,
    scopeArea: null,
    scopeSchool: null,
    passwordHash: await hashPassword(password),
    createdAt: 0,
    disabledAt: null,
  });
  await records.stop();
}
