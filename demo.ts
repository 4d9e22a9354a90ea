/** The demonstration: a fictional set of schools, public accounts, and a simulator that lives a school day. */
import { randomBytes } from 'node:crypto';
import type { Logger } from 'pino';
import { hashPassword } from './api/access/passwords.ts';
import type { Installation } from './contracts/http/session.ts';
import { secretHash } from './ingest/intake/credentials.ts';
import { buildDemo } from './simulators/demo/demo.ts';
import { DEMO_SPEED, demo as demoScenario } from './simulators/scenarios/demo.ts';
import { createSimulation, type Simulation } from './simulators/simulation.ts';
import type { RecordsStore } from './store/records/port.ts';

const SEED = 344;

export interface Demonstration {
  readonly accounts: NonNullable<Installation['demoAccounts']>;
  /** How many times faster than life. */
  readonly pace: number;
  fill(records: RecordsStore): Promise<void>;
  start(mqttUrl: string): Promise<void>;
  stop(): Promise<void>;
  /** Tells the person at the terminal where to look. */
  introduce(httpUrl: string): void;
}

export function createDemonstration({ log }: { readonly log: Logger }): Demonstration {
  const demo = buildDemo(SEED);
  const credentials = demo.gateways.map(({ school, gateway }) => ({
    school,
    gateway,
    username: `${school}/${gateway}`,
    password: randomBytes(32).toString('base64url'),
  }));
  let simulation: Simulation | undefined;

  return {
    accounts: demo.demoAccounts.map(({ username, password, displayName }) => ({ username, password, displayName })),
    pace: DEMO_SPEED,
    async fill(records) {
      const createdAt = Date.now();
      await records.areas.putMany(demo.areas);
      await records.schools.putMany(demo.schools);
      await records.rooms.putMany(demo.rooms);
      await records.devices.putMany(demo.devices);
      // New secrets at every start: nobody has to know them but the simulator in this process.
      for (const { school, gateway } of demo.gateways) await records.gateways.delete(school, gateway);
      await records.gateways.createMany(
        credentials.map(({ school, gateway, username, password }) => ({
          id: gateway,
          school,
          username,
          createdAt,
          rotatedAt: null,
          secretHash: secretHash(password).toString('hex'),
        })),
      );
      for (const { username, password, displayName, role, scope } of demo.demoAccounts)
        await records.users.put({
          username,
          displayName,
          role,
          scopeArea: scope.area,
          scopeSchool: scope.school,
          passwordHash: await hashPassword(password),
          createdAt,
          disabledAt: null,
        });
    },
    async start(mqttUrl) {
      simulation = createSimulation({
        demo,
        credentials,
        mqttUrl,
        seed: SEED,
        scenario: demoScenario,
        speed: DEMO_SPEED,
        onProblem: (sentence) => log.warn({ sentence }, 'simulator'),
      });
      await simulation.start();
    },
    async stop() {
      await simulation?.stop();
    },
    introduce(httpUrl) {
      const accounts = demo.demoAccounts.map(
        ({ username, password, displayName }) => `    ${username.padEnd(12)} ${password.padEnd(18)} ${displayName}`,
      );
      console.error(
        [
          '',
          '  DỮ LIỆU MÔ PHỎNG — simulated data, fictional schools',
          `  Wall:  ${httpUrl}/wall`,
          `  Desk:  ${httpUrl}/`,
          '  Accounts (this machine only):',
          ...accounts,
          '  Stop with Ctrl+C.',
          '',
        ].join('\n'),
      );
    },
  };
}
