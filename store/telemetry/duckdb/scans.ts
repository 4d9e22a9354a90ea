/** Reading scans back. */
import type { DeviceId, SchoolId } from '../../../contracts/ids.ts';
import type { CredentialType, Scan } from '../../../contracts/scan.ts';
import { numberIn, textIn } from '../cells.ts';
import { spanInMicros, toMillis } from '../micros.ts';
import type { TelemetryStore } from '../port.ts';
import type { Sql } from './database.ts';
import { type Memory, rawRows } from './memory.ts';

type ScanQuery = Parameters<TelemetryStore['scans']>[0];

export async function readScans(sql: Sql, memory: Memory, query: ScanQuery): Promise<Scan[]> {
  const rows = rawRows(memory, 'scans', spanInMicros(query), 'school = $school');
  if (!rows) return [];
  const found = await sql.rows(
    `SELECT id, school, gate, at_us::DOUBLE, received_us::DOUBLE, credential_type, credential, direction, flags
     FROM (${rows}) ORDER BY at_us, id LIMIT ${Math.max(0, Math.floor(query.limit))}`,
    { school: query.school },
  );
  return found.map((row) => {
    const direction = row[7];
    return {
      id: textIn(row, 0),
      // Written by this store from a decoded scan: the brands and the union were checked then.
      school: textIn(row, 1) as SchoolId,
      gate: textIn(row, 2) as DeviceId,
      at: toMillis(numberIn(row, 3)),
      receivedAt: toMillis(numberIn(row, 4)),
      credentialType: textIn(row, 5) as CredentialType,
      credential: textIn(row, 6),
      direction: direction === 'in' || direction === 'out' ? direction : null,
      flags: numberIn(row, 8),
    };
  });
}
