/** `npm run bench [-- name…]`: the cases one after the other, then one table. Read ratios; absolutes are this machine's. */
import { alarms } from './alarms.ts';
import { type BenchCase, type Figure, ratioOf } from './case.ts';
import { codecs } from './codecs.ts';
import { coldStart } from './coldStart.ts';
import { ingest } from './ingest.ts';
import { telemetry } from './telemetry.ts';

const CASES: readonly BenchCase[] = [ingest, alarms, telemetry, coldStart, codecs];

const number = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });

function row(name: string, figure: Figure): Record<string, string> {
  const ratio = ratioOf(figure);
  return {
    case: name,
    figure: figure.what,
    ours: `${number.format(figure.ours)} ${figure.unit}`,
    reference: figure.reference ? `${number.format(figure.reference.value)} ${figure.unit}` : '–',
    tool: figure.reference?.tool ?? '–',
    'ours is better by': ratio === null ? '–' : `${ratio.toFixed(2)}×`,
  };
}

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !CASES.some((each) => each.name === name));
if (unknown.length > 0) {
  console.error(`No case is called ${unknown.join(', ')}; there are: ${CASES.map(({ name }) => name).join(', ')}`);
  process.exit(1);
}

const rows: Record<string, string>[] = [];
for (const { name, run } of CASES) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  console.error(`measuring: ${name}`);
  for (const figure of await run()) rows.push(row(name, figure));
}
console.table(rows);
