/**
 * `npm run test:setup`: installs what tests need and is missing, where apt works and we are root. Elsewhere it says what
 * is missing and how to get it; that is only a failure with CI=true.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { findProgram } from '../support/system.ts';
import { NEEDS, type Need } from './needs.ts';

const POLICY = '/usr/sbin/policy-rc.d';

function isMissing({ aptPackage, programs }: Need): boolean {
  if (aptPackage === 'chromium' && existsSync(process.env['CHROMIUM_PATH'] ?? '')) return false;
  return findProgram(...programs) === undefined;
}

function apt(...args: readonly string[]): boolean {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  return spawnSync('apt-get', ['--yes', ...args], { stdio: 'inherit', env }).status === 0;
}

/** Debian starts a server as soon as it is installed, unless this policy says no; tests start their own. */
function withoutAutostart(install: () => void): void {
  const ours = !existsSync(POLICY);
  if (ours) writeFileSync(POLICY, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    install();
  } finally {
    if (ours) rmSync(POLICY);
  }
}

/** One package at a time: a name this release does not know must not cost the others. */
function install(missing: readonly Need[]): void {
  apt('update');
  withoutAutostart(() => {
    for (const { aptPackage } of missing) apt('install', '--no-install-recommends', aptPackage);
  });
}

const missing = NEEDS.filter(isMissing);
const canInstall = process.getuid?.() === 0 && findProgram('apt-get') !== undefined;
if (missing.length > 0 && canInstall) install(missing);

const stillMissing = missing.filter(isMissing);
if (stillMissing.length === 0) {
  console.log('test:setup: everything the tests need is here');
} else {
  console.error('test:setup: these are missing, their suites will say that they were skipped');
  for (const { aptPackage, usedFor } of stillMissing) console.error(`  ${aptPackage}: ${usedFor}`);
  console.error(`On Debian or Ubuntu: sudo apt-get install ${stillMissing.map((need) => need.aptPackage).join(' ')}`);
  if (process.env['CI'] === 'true') process.exitCode = 1;
}
