/** The layout's one-way flow, row by row: what each folder may import is let through, what it may not is refused. */
import { beforeAll, describe, expect, test } from 'vitest';
import { biome, type Complaint, type Fixture, oxlint } from './fixtures.ts';

type Verdict = 'refused' | 'allowed';
/** Folder of the importing file, what it imports, what must become of it. */
type Row = readonly [folder: string, specifier: string, verdict: Verdict];

const refused = (folder: string, ...specifiers: readonly string[]): Row[] =>
  specifiers.map((specifier) => [folder, specifier, 'refused'] as const);
const allowed = (folder: string, ...specifiers: readonly string[]): Row[] =>
  specifiers.map((specifier) => [folder, specifier, 'allowed'] as const);

const FLOW: readonly Row[] = [
  ...allowed('contracts', './ids.ts', 'zod'),
  ...refused('contracts', '../devices/kind.ts', '../store/records/port.ts', '../config.ts', 'node:fs', 'node:buffer'),
  ...refused('contracts/http', '../../ingest/decode.ts', '../../dashboard/data/live.ts'),
  ...allowed('devices', '../contracts/ids.ts', './kind.ts'),
  ...refused('devices', '../store/records/port.ts', '../ingest/decode.ts', '../server.ts', '../simulators/device.ts'),
  ...refused('devices/codecs', 'node:fs', 'node:net', 'node:http', 'node:timers', '../../api/problems.ts'),
  ...allowed('store/telemetry/duckdb', '../../../contracts/ids.ts', '../port.ts', 'node:fs'),
  ...refused(
    'store/telemetry/duckdb',
    '../../../devices/kind.ts',
    '../../../ingest/decode.ts',
    '../../../config.ts',
    '../../../system.ts',
  ),
  ...refused(
    'store/records',
    '../../api/access/roles.ts',
    '../../operations/alarms/book.ts',
    '../../dashboard/main.tsx',
  ),
  ...allowed('ingest', '../contracts/ids.ts', '../devices/codec.ts', '../store/records/port.ts'),
  ...allowed('ingest/intake', '../../store/telemetry/port.ts', '../../store/journal/journal.ts', '../counters.ts'),
  ...refused('ingest', '../store/telemetry/duckdb/store.ts', '../store/records/sqlite.ts', '../operations/feed.ts'),
  ...refused('ingest/intake', '../../api/problems.ts', '../../dashboard/paths.ts', '../../store/records/sqlite.ts'),
  ...allowed('operations/condition', '../../contracts/live.ts', '../../devices/kind.ts', '../../store/records/port.ts'),
  ...refused('operations/condition', '../../ingest/pipeline.ts', '../../api/problems.ts', '../../dashboard/paths.ts'),
  ...refused('operations/condition', '../../store/records/sqlite.ts', '../../store/journal/journal.ts'),
  ...allowed(
    'api/routes',
    '../../contracts/http/common.ts',
    '../../devices/registry.ts',
    '../../store/records/port.ts',
  ),
  ...allowed('api/routes', '../../operations/condition/service.ts', '../problems.ts'),
  ...refused(
    'api/routes',
    '../../ingest/counters.ts',
    '../../dashboard/paths.ts',
    '../../store/telemetry/influx/store.ts',
  ),
  ...refused(
    'api',
    '../server.ts',
    '../system.ts',
    '../dataFolder.ts',
    '../tests/support/app.ts',
    '../bench/run.ts',
    '../store/journal/journal.ts',
  ),
  ...allowed('simulators', '../contracts/ids.ts', '../devices/kinds/gate.ts', 'node:worker_threads'),
  ...refused('simulators', '../ingest/pipeline.ts', '../api/problems.ts', '../store/records/port.ts', '../server.ts'),
  ...refused('simulators/scenarios', '../../dashboard/paths.ts', '../../operations/condition/service.ts'),
  ...allowed(
    'dashboard/pages',
    '../../contracts/live.ts',
    '../../devices/kind.ts',
    '../widgets/Gauge.tsx',
    '../data/live.ts',
  ),
  ...refused('dashboard/pages', '../../api/problems.ts', '../../store/records/port.ts', '../../simulators/device.ts'),
  ...refused('dashboard/pages', '../../ingest/pipeline.ts', '../../operations/condition/service.ts', 'node:fs'),
  ...allowed('dashboard/widgets', '../ui/Card.tsx', '../data/live.ts', '../../contracts/live.ts'),
  ...refused('dashboard/widgets', '../pages/Wall.tsx', '../../ingest/pipeline.ts'),
  ...refused('dashboard/widgets/map', '../../pages/Wall.tsx', '../../../api/problems.ts'),
  ...allowed('dashboard/data', '../../contracts/live.ts', './connection.ts'),
  ...refused('dashboard/data', '../widgets/Gauge.tsx', '../pages/Wall.tsx', '../ui/Card.tsx', '../../api/problems.ts'),
  ...allowed('dashboard/ui', './Card.tsx', '../theme/tones.ts'),
  ...refused(
    'dashboard/ui',
    '../data/live.ts',
    '../widgets/Gauge.tsx',
    '../pages/Wall.tsx',
    '../../store/records/port.ts',
  ),
  ...refused('plans', '../server.ts', '../bench/run.ts', '../tests/support/app.ts'),
  ...allowed('tests/journeys', '../../server.ts', '../../store/telemetry/duckdb/store.ts', '../../simulators/load.ts'),
  ...allowed('bench', '../server.ts', '../store/journal/journal.ts'),
];

const LIBRARIES: readonly Row[] = [
  ...allowed('ingest/intake', 'aedes'),
  ...allowed('store/telemetry/influx', '@influxdata/influxdb-client'),
  ...allowed('store/telemetry/duckdb', '@duckdb/node-api'),
  ...allowed('store/records', 'kysely', 'libsql', 'pg'),
  ...allowed('api/live', 'socket.io'),
  ...refused('ingest', 'aedes'),
  ...refused('ingest/intake', '@influxdata/influxdb-client', 'socket.io', 'pg'),
  ...refused('store/telemetry', '@duckdb/node-api', '@influxdata/influxdb-client'),
  ...refused('store/telemetry/duckdb', '@influxdata/influxdb-client', 'aedes'),
  ...refused('store/telemetry/influx', '@duckdb/node-api', 'kysely'),
  ...refused('store/records', 'socket.io', '@duckdb/node-api'),
  ...refused('api/routes', 'socket.io', 'aedes', 'kysely', 'libsql', 'pg'),
  ...refused('api/live', 'socket.io-client', '@duckdb/node-api'),
  ...refused('dashboard/pages', 'echarts', 'echarts/core', 'maplibre-gl', 'socket.io-client'),
  ...refused('dashboard/widgets/map', 'echarts/core', 'maplibre-gl'),
  ...refused('simulators', 'aedes', 'socket.io-client'),
];

const fileOf = ([folder]: Row, index: number): string => `${folder}/probe${index}.ts`;
const importing = ([, specifier]: Row): string => `import { thing } from '${specifier}';\nexport const same = thing;\n`;

describe.each([
  { name: 'the flow between folders (oxlint)', rows: FLOW, lint: oxlint, rule: 'no-restricted-imports' },
  { name: 'a big library has one home (biome)', rows: LIBRARIES, lint: biome, rule: 'noRestrictedImports' },
])('$name', ({ rows, lint, rule }) => {
  let complaints: readonly Complaint[] = [];
  beforeAll(async () => {
    complaints = await lint(rows.map((row, index): Fixture => ({ path: fileOf(row, index), text: importing(row) })));
  });

  test.each(
    rows.map((row, index) => ({ folder: row[0], specifier: row[1], verdict: row[2], path: fileOf(row, index) })),
  )('$folder ← $specifier is $verdict', ({ path, verdict }) => {
    const complained = complaints.some((complaint) => complaint.path === path && complaint.rule === rule);
    expect(complained ? 'refused' : 'allowed').toBe(verdict);
  });
});

describe('files that have a library to themselves', () => {
  const files: readonly [path: string, library: string][] = [
    ['dashboard/data/connection.ts', 'socket.io-client'],
    ['dashboard/ui/Chart.tsx', 'echarts/core'],
    ['dashboard/widgets/map/schoolMap.ts', 'maplibre-gl'],
  ];

  test('are let through', async () => {
    const complaints = await biome(
      files.map(([path, library]) => ({ path, text: importing(['', library, 'allowed']) })),
    );
    expect(complaints.filter(({ rule }) => rule === 'noRestrictedImports')).toEqual([]);
  });
});
