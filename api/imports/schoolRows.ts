/** Rows of a table → schools, or what is wrong with each row. */

import type { ImportReport } from '../../contracts/http/places.ts';
import { type AreaId, areaId, type SchoolId } from '../../contracts/ids.ts';
import { LEVELS, type School, school as schoolSchema } from '../../contracts/places.ts';
import type { BadFile, Row, Table } from './table.ts';

/** Header words, Vietnamese and English, as `plain` writes them. */
const COLUMNS = {
  id: ['id', 'ma', 'ma_truong'],
  name: ['name', 'ten', 'ten_truong'],
  level: ['level', 'cap', 'cap_hoc'],
  area: ['area', 'khu_vuc'],
  lon: ['lon', 'longitude', 'kinh_do'],
  lat: ['lat', 'latitude', 'vi_do'],
  students: ['students', 'hoc_sinh', 'so_hoc_sinh'],
} as const;
type Column = keyof typeof COLUMNS;
const COLUMN_NAMES = Object.keys(COLUMNS) as Column[];

type RowFault = ImportReport['rows'][number];

export interface ReadSchools {
  readonly schools: readonly School[];
  readonly report: ImportReport;
}

export interface KnownPlaces {
  readonly hasArea: (id: AreaId) => boolean;
  readonly schoolBefore: (id: SchoolId) => School | undefined;
}

export function readSchools({ header, rows }: Table, known: KnownPlaces): ReadSchools | BadFile {
  const columns = columnsOf(header);
  if ('badFile' in columns) return columns;
  const schools = new Map<SchoolId, School>();
  const firstRowOf = new Map<SchoolId, number>();
  const faults: RowFault[] = [];
  let refused = 0;

  for (const row of rows) {
    const read = readRow(row, columns, known);
    if ('faults' in read) {
      faults.push(...read.faults.map(({ column, message }) => named(row, columns, column, message)));
      refused += 1;
      continue;
    }
    const { school } = read;
    const first = firstRowOf.get(school.id);
    if (first !== undefined) {
      faults.push(named(row, columns, 'id', `the same id as in row ${first}`));
      refused += 1;
      continue;
    }
    firstRowOf.set(school.id, row.row);
    schools.set(school.id, school);
  }
  return { schools: [...schools.values()], report: { accepted: schools.size, refused, rows: faults } };
}

interface Place {
  readonly index: number;
  /** As the file spells it. */
  readonly title: string;
}
type Columns = ReadonlyMap<Column, Place>;

function columnsOf(header: readonly string[]): Columns | BadFile {
  const columns = new Map<Column, Place>();
  for (const [index, title] of header.entries()) {
    const column = COLUMN_NAMES.find((name) => COLUMNS[name].some((word) => word === plain(title)));
    if (!column) continue;
    const taken = columns.get(column);
    if (taken) return { badFile: `The columns “${taken.title}” and “${title}” mean the same.` };
    columns.set(column, { index, title });
  }
  const missing = COLUMN_NAMES.filter((column) => column !== 'students' && !columns.has(column));
  if (missing.length === 0) return columns;
  const wanted = missing.map((column) => COLUMNS[column].slice(0, 2).toReversed().join(' or '));
  return { badFile: `The header row lacks: ${wanted.join('; ')}.` };
}

/** Lower case, without tone marks, words joined by underscores: “Kinh độ” → `kinh_do`. */
function plain(text: string): string {
  return text
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll('đ', 'd')
    .replaceAll(/[^a-z0-9]+/g, '_')
    .replaceAll(/^_+|_+$/g, '');
}

/** Where the schema speaks of the parsed value and not of what stands in the cell. */
const EXPECTED: Readonly<Partial<Record<Column, string>>> = {
  lon: 'expected degrees of longitude, -180 to 180',
  lat: 'expected degrees of latitude, -90 to 90',
  students: 'expected a whole number from 0 to 100000, digits only',
  level: `expected one of ${LEVELS.join(', ')}`,
};

interface Fault {
  readonly column: Column | null;
  readonly message: string;
}

function readRow(
  { cells }: Row,
  columns: Columns,
  known: KnownPlaces,
): { readonly school: School } | { readonly faults: readonly Fault[] } {
  const cell = (column: Column) => cells[columns.get(column)?.index ?? -1] ?? '';
  const students = cell('students');
  const parsed = schoolSchema.safeParse({
    id: cell('id'),
    name: cell('name'),
    level: plain(cell('level')),
    area: cell('area'),
    position: [degrees(cell('lon')), degrees(cell('lat'))],
    students: students === '' ? null : /^\d+$/.test(students) ? Number(students) : Number.NaN,
    simulated: false,
  });
  if (!parsed.success)
    return { faults: parsed.error.issues.map(({ path, message }) => faultAt(path.map(String), message)) };
  if (!known.hasArea(areaId.parse(cell('area'))))
    return { faults: [{ column: 'area', message: 'there is no such area' }] };
  const before = known.schoolBefore(parsed.data.id);
  const simulated = before?.simulated ?? false;
  return {
    school: {
      ...parsed.data,
      simulated,
      students: columns.has('students') ? parsed.data.students : (before?.students ?? null),
    },
  };
}

/** Degrees with a decimal point or comma. */
function degrees(text: string): number {
  return /^-?\d{1,3}([.,]\d+)?$/.test(text) ? Number(text.replace(',', '.')) : Number.NaN;
}

function faultAt(path: readonly string[], message: string): Fault {
  const [field, index] = path;
  const column: Column | null =
    field === 'position' ? (index === '0' ? 'lon' : 'lat') : (COLUMN_NAMES.find((name) => name === field) ?? null);
  return { column, message: (column && EXPECTED[column]) ?? message };
}

function named({ row, cells }: Row, columns: Columns, column: Column | null, message: string): RowFault {
  const place = column === null ? undefined : columns.get(column);
  const value = place ? (cells[place.index] ?? '').slice(0, 100) : null;
  return { row, column: place?.title ?? null, value, message };
}
