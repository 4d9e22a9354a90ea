/** Many gateways at once, and the promise they hold the system to. */
import { expect } from 'vitest';
import { quarantineList } from '../../contracts/http/ingest.ts';
import type { App } from '../support/app.ts';
import { readHistory } from '../support/history.ts';
import { addGateway, expectBody, putSchool, readStats, settledStats } from '../support/provision.ts';
import { createGateway, type Gateway, type Target } from './gateway.ts';
import { isBroken, measuredAtOf } from './plan.ts';
import type { Dice } from './scale.ts';

const HOUR_MS = 3_600_000;
const GATEWAYS_PER_SCHOOL = 5;
const CHECKS_AT_ONCE = 8;

export interface Fleet {
  readonly gateways: readonly Gateway[];
  run(target: () => Target): void;
  /** Everything made so far is acknowledged, then all hang up. */
  finish(deadlineMs: number): Promise<void>;
  halt(): Promise<void>;
  sent(): number;
  /** Publishes that were acknowledged, repeats included. */
  acknowledgements(): number;
}

export interface FleetOptions {
  readonly size: number;
  readonly dice: Dice;
  readonly inFlight?: number;
  readonly ratePerSecond?: number;
  readonly patienceMs?: number;
}

/** Makes the schools and credentials, connects nothing yet. */
export async function createFleet(
  app: App,
  { size, dice, inFlight = 8, patienceMs = 5_000, ...rest }: FleetOptions,
): Promise<Fleet> {
  // Some hours back, so that no reading lies in the future however fast they are made.
  const start = Math.floor(Date.now() / 1_000) * 1_000 - 30 * 24 * HOUR_MS;
  const gateways: Gateway[] = [];
  for (let index = 0; index < size; index++) {
    const school = `truong-${Math.floor(index / GATEWAYS_PER_SCHOOL)}`;
    if (index % GATEWAYS_PER_SCHOOL === 0) await putSchool(app, { id: school });
    const credentials = await addGateway(app, school, `gw${index}`);
    gateways.push(
      createGateway({ school, device: `meter${index}`, credentials, start, inFlight, patienceMs, dice, ...rest }),
    );
  }
  const sumOf = (count: (gateway: Gateway) => number) => gateways.reduce((sum, gateway) => sum + count(gateway), 0);
  const halt = async () => {
    await Promise.all(gateways.map((gateway) => gateway.halt()));
  };
  return {
    gateways,
    run(target) {
      for (const gateway of gateways) gateway.run(target);
    },
    async finish(deadlineMs) {
      await Promise.all(gateways.map((gateway) => gateway.finish(deadlineMs)));
      await halt();
    },
    halt,
    sent: () => sumOf((gateway) => gateway.sent()),
    acknowledgements: () => sumOf((gateway) => gateway.acknowledgements()),
  };
}

/** Numbers of one gateway that history has, each with the value it must have. */
async function storedOf(app: App, { school, device, start, sent }: Gateway): Promise<readonly number[]> {
  const span = { from: start, to: measuredAtOf(start, sent() + 1) };
  const points = await readHistory(app, { school, device, metric: 'energy', ...span, limit: 50_000 });
  for (const [at, n] of points) if (at !== measuredAtOf(start, n)) throw new Error(`${device}: ${n} is at ${at}`);
  return points.map(([, n]) => n);
}

async function quarantinedPayloads(app: App): Promise<{ readonly entries: number; readonly keys: Set<string> }> {
  const keys = new Set<string>();
  let entries = 0;
  let cursor = '';
  do {
    const answer = await app.api('GET', `/api/v1/quarantine?limit=1000${cursor && `&cursor=${cursor}`}`);
    const page = expectBody(answer, quarantineList);
    for (const { topic, payload } of page.items) {
      entries++;
      keys.add(`${topic} ${Buffer.from(payload, 'base64').toString()}`);
    }
    cursor = page.cursor ?? '';
  } while (cursor !== '');
  return { entries, keys };
}

export interface Kept {
  /** Distinct readings in the history. */
  readonly stored: number;
  readonly quarantined: number;
}

interface Found {
  readonly complaints: readonly string[];
  readonly stored: number;
  readonly quarantined: number;
}

async function lookThrough(app: App, { gateways }: Fleet): Promise<Found> {
  const complaints: string[] = [];
  let stored = 0;
  const { entries, keys } = await quarantinedPayloads(app);
  const queue = [...gateways];
  async function check(): Promise<void> {
    for (let gateway = queue.shift(); gateway; gateway = queue.shift()) {
      const { device, acknowledged, sent } = gateway;
      const numbers = await storedOf(app, gateway);
      const unique = new Set(numbers);
      if (unique.size !== numbers.length) complaints.push(`${device}: ${numbers.length - unique.size} doubled`);
      for (const n of numbers)
        if (n >= sent() || isBroken(n)) complaints.push(`${device}: ${n} was never sent as a reading`);
      for (const n of acknowledged) {
        const kept = isBroken(n) ? keys.has(`${device}/readings {"broken ${n}`) : unique.has(n);
        if (!kept) complaints.push(`${device}: ${n} was acknowledged and is not kept`);
      }
      stored += unique.size;
    }
  }
  await Promise.all(Array.from({ length: CHECKS_AT_ONCE }, check));
  return { complaints, stored, quarantined: entries };
}

/**
 * The promise, while the fleet is silent: what was acknowledged is stored or in the quarantine, nothing is doubled,
 * nothing is there that nobody sent, and the counts say the same as the data.
 */
export async function expectPromiseKept(app: App, fleet: Fleet): Promise<Kept> {
  for (;;) {
    const before = await settledStats(app);
    const { complaints, stored, quarantined } = await lookThrough(app, fleet);
    const after = await readStats(app);
    // Bytes of a connection that was hung up can still be on their way: then this look does not count.
    if (after.received !== before.received || after.pending > 0) continue;
    expect(complaints.slice(0, 20)).toEqual([]);
    expect({ stored: after.stored, quarantined: after.quarantined }).toEqual({ stored, quarantined });
    return { stored, quarantined };
  }
}
