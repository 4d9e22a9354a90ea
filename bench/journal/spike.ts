/**
 * The spike behind the choice of the journal's engine: `node --import tsx bench/journal/spike.ts`.
 * Group commit as the broker does it (records that arrive during a sync form the next group), then damage.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { type Engine, lmdbEngine, segmentEngine, sqliteEngine } from './engines.ts';

const ENGINES: Record<string, (folder: string) => Promise<Engine>> = {
  lmdb: lmdbEngine,
  sqlite: sqliteEngine,
  segments: segmentEngine,
};
const SECONDS = 5;
const IN_FLIGHT = 2_000;
const COPIES = 40;

function record(number: number): Buffer {
  const bytes = Buffer.alloc(350, number % 251);
  bytes.writeUInt32BE(number, 0);
  bytes.writeUInt32BE(number, 346);
  return bytes;
}

/** Keeps IN_FLIGHT records waiting: each group takes what arrived while the one before was syncing. */
async function throughput(engine: Engine): Promise<string> {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const latencies: number[] = [];
  const started = performance.now();
  let written = 0;
  while (performance.now() - started < SECONDS * 1_000) {
    const group: Buffer[] = [];
    while (group.length < IN_FLIGHT) group.push(record(written++));
    const at = performance.now();
    await engine.append(group);
    latencies.push(performance.now() - at);
  }
  delay.disable();
  const seconds = (performance.now() - started) / 1_000;
  latencies.sort((a, b) => a - b);
  const p = (q: number) => (latencies[Math.floor(latencies.length * q)] ?? 0).toFixed(1);
  return `${Math.round(written / seconds)} records/s in groups of ${IN_FLIGHT}, group p50 ${p(0.5)} ms p99 ${p(0.99)} ms, longest loop stall ${(delay.max / 1e6).toFixed(0)} ms`;
}

async function single(engine: Engine): Promise<string> {
  const latencies: number[] = [];
  for (let i = 0; i < 300; i++) {
    const at = performance.now();
    await engine.append([record(i)]);
    latencies.push(performance.now() - at);
  }
  latencies.sort((a, b) => a - b);
  return `one record: p50 ${(latencies[150] ?? 0).toFixed(2)} ms, p99 ${(latencies[297] ?? 0).toFixed(2)} ms`;
}

function damage(name: string, source: string, total: number): string {
  const outcome = {
    whole: 0,
    'lost at most 5 records': 0,
    'lost more': 0,
    'altered bytes returned': 0,
    refused: 0,
    'killed by a signal': 0,
  };
  for (let copy = 0; copy < COPIES; copy++) {
    const folder = mkdtempSync(join(tmpdir(), 'journal-damage-'));
    cpSync(source, folder, { recursive: true });
    const largest = readdirSync(folder)
      .map((file) => join(folder, file))
      .sort((a, b) => statSync(b).size - statSync(a).size)[0];
    if (largest === undefined) throw new Error('nothing to damage');
    const size = statSync(largest).size;
    if (copy % 2 === 0) truncateSync(largest, size - 1 - ((copy * 997) % 4_096));
    else {
      const bytes = readFileSync(largest);
      const at = Math.floor(size * ((copy * 0.618_034) % 1));
      bytes[at] = (bytes[at] ?? 0) ^ (1 << (copy % 8));
      writeFileSync(largest, bytes);
    }
    const child = spawnSync(process.execPath, ['--import', 'tsx', 'bench/journal/child.ts', name, folder], {
      encoding: 'utf8',
      timeout: 60_000,
    });
    if (child.signal !== null) outcome['killed by a signal']++;
    else if (child.status !== 0) outcome.refused++;
    else {
      const { intact, altered } = JSON.parse(child.stdout.trim().split('\n').at(-1) ?? '') as {
        intact: number;
        altered: number;
      };
      if (altered > 0) outcome['altered bytes returned']++;
      else if (intact === total) outcome.whole++;
      else if (total - intact <= 5 || (copy % 2 === 0 && total - intact <= 13)) outcome['lost at most 5 records']++;
      else outcome['lost more']++;
    }
    rmSync(folder, { recursive: true });
  }
  return Object.entries(outcome)
    .filter(([, count]) => count > 0)
    .map(([what, count]) => `${what} ${count}`)
    .join(', ');
}

for (const [name, open] of Object.entries(ENGINES)) {
  const folder = mkdtempSync(join(tmpdir(), `journal-${name}-`));
  const engine = await open(join(folder, 'speed'));
  console.log(`${name}: ${await throughput(engine)}; ${await single(engine)}`);
  await engine.close();
  const small = await open(join(folder, 'small'));
  const total = 5_000;
  for (let at = 0; at < total; at += 100) await small.append(Array.from({ length: 100 }, (_, i) => record(at + i)));
  await small.close();
  console.log(
    `${name}: of ${COPIES} damaged copies (half cut by 1 to 4,096 bytes, half one bit flipped): ${damage(name, join(folder, 'small'), total)}`,
  );
  rmSync(folder, { recursive: true });
}
process.exit(0);
