/** From the command to the ready line, empty and with the demonstration's data. */
import { startApp } from '../tests/support/app.ts';
import { type BenchCase, median } from './case.ts';

const RUNS = 5;

async function readyAfterMs(demo: boolean): Promise<number> {
  const started = performance.now();
  const app = await startApp({ demo });
  const elapsedMs = performance.now() - started;
  await app.stop();
  return elapsedMs;
}

async function medianOf(demo: boolean): Promise<number> {
  const times: number[] = [];
  for (let run = 0; run < RUNS; run++) times.push(await readyAfterMs(demo));
  return median(times);
}

export const coldStart: BenchCase = {
  name: 'cold-start',
  async run() {
    return [
      { what: 'to the ready line, empty', unit: 'ms', ours: await medianOf(false), reference: null, better: 'less' },
      { what: 'to the ready line, demo', unit: 'ms', ours: await medianOf(true), reference: null, better: 'less' },
    ];
  },
};
