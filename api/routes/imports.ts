/** Files that fill the records. */
import { z } from 'zod';
import { importReport } from '../../contracts/http/places.ts';
import type { School } from '../../contracts/places.ts';
import type { RecordsStore } from '../../store/records/port.ts';
import type { Directory } from '../directory.ts';
import { readSchools } from '../imports/schoolRows.ts';
import { readTable } from '../imports/table.ts';
import { refuse } from '../problems.ts';
import { NO_PARAMS, NO_QUERY, ok, permitted, type Route, route } from '../route.ts';

const MAX_BYTES = 10 * 1024 * 1024;
/** Spreadsheet programs make browsers call a CSV file by the last of these. */
const CSV_TYPES = ['text/csv', 'text/plain', 'application/csv', 'application/vnd.ms-excel'];
const WRITE_AT_ONCE = 500;

export function importRoutes({
  records,
  directory,
  onSchoolChanged,
}: {
  readonly records: Pick<RecordsStore, 'areas' | 'schools'>;
  readonly directory: Directory;
  readonly onSchoolChanged: (school: School) => void;
}): Route[] {
  return [
    route({
      method: 'post',
      path: '/api/v1/import/schools',
      summary: 'Schools from a CSV file: good rows are taken, bad ones reported',
      access: permitted('administer', 'everything'),
      params: NO_PARAMS,
      query: NO_QUERY,
      body: z.instanceof(Uint8Array, { error: 'a file is expected' }),
      file: { types: CSV_TYPES, maxBytes: MAX_BYTES },
      answer: importReport,
      async handle({ body }) {
        const table = await readTable(body);
        if ('badFile' in table) return refuse.unreadable(table.badFile);
        const [areas, before] = await Promise.all([records.areas.all(), records.schools.all()]);
        const areaIds = new Set(areas.map(({ id }) => id));
        const schoolsBefore = new Map(before.map((school) => [school.id, school]));
        const read = readSchools(table, {
          hasArea: (id) => areaIds.has(id),
          schoolBefore: (id) => schoolsBefore.get(id),
        });
        if ('badFile' in read) return refuse.unreadable(read.badFile);
        for (let at = 0; at < read.schools.length; at += WRITE_AT_ONCE) {
          const schools = read.schools.slice(at, at + WRITE_AT_ONCE);
          await records.schools.putMany(schools);
          directory.changed({ schools });
          for (const school of schools) onSchoolChanged(school);
        }
        return ok(read.report);
      },
    }),
  ];
}
