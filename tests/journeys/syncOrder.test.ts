/** A PUBACK leaves only after the sync that followed the writing of its message, seen from outside with strace. */
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type App, startApp, temporaryFolder } from '../support/app.ts';
import { connectGateway } from '../support/mqttClient.ts';
import { poll } from '../support/poll.ts';
import { addGateway, putSchool } from '../support/provision.ts';
import { checkSyncOrder, parseTrace, traceProcess } from '../support/syncTrace.ts';
import { programOrSkip } from '../support/system.ts';

const strace = programOrSkip('sync order', 'strace');
const SCHOOL = 'thcs-binh-minh';
const MESSAGES = 2_000;
const JOURNAL = '/journal/';

describe.skipIf(strace === undefined)('acknowledged means synced', () => {
  let app: App;
  let folder: string;
  beforeAll(async () => {
    folder = await temporaryFolder();
    app = await startApp();
    await putSchool(app, { id: SCHOOL });
  });
  afterAll(async () => {
    await app?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  test('no acknowledgement of a burst leaves before its message is on the disk', async () => {
    const gateway = await connectGateway(app.mqtt, await addGateway(app, SCHOOL, 'gw'));
    const markOf = new Map<number, string>();
    gateway.on('packetsend', (packet) => {
      if (packet.cmd === 'publish' && packet.messageId !== undefined)
        markOf.set(packet.messageId, packet.topic.split('/')[0] ?? '');
    });

    const output = join(folder, 'trace');
    const tracer = traceProcess(strace ?? '', app.child.process.pid ?? NaN, output);
    await poll(() => /attached/.test(tracer.said()), { deadlineMs: 10_000 });
    const sent = Array.from({ length: MESSAGES }, (_, n) =>
      gateway.publishAsync(`mark${String(n).padStart(6, '0')}/readings`, '[{"n":"co2","u":"ppm","v":700}]', { qos: 1 }),
    );
    await Promise.all(sent);
    await tracer.stop('SIGINT');
    await gateway.endAsync();

    const calls = parseTrace(await readFile(output, 'utf8'));
    const report = checkSyncOrder(calls, markOf, JOURNAL);
    expect(report).toEqual({ acknowledged: MESSAGES, violations: [] });

    // The same trace without its syncs must be found out, or the check above proves nothing.
    const unsynced = calls.filter(({ name }) => name !== 'fdatasync' && name !== 'fsync');
    expect(checkSyncOrder(unsynced, markOf, JOURNAL).violations).toHaveLength(MESSAGES);
  });
});
