/** Both doors on a real HTTP server; what reaches the journal is collected here, and acknowledged when the test says so. */
import type { AddressInfo } from 'node:net';
import express from 'express';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type DeviceId, gatewayId, schoolId } from '../../contracts/ids.ts';
import { createRegistry } from '../../devices/registry.ts';
import type { TerminalRecord } from '../../store/records/port.ts';
import type { AcceptedMessage } from '../intake/acceptedMessage.ts';
import { secretHash } from '../intake/credentials.ts';
import { createTerminals } from './terminals.ts';

const SCHOOL = schoolId.parse('thcs-a');
const TOKEN = 'a-token-of-a-terminal';
const common = { school: SCHOOL, createdAt: 0 } as const;
const ZKTECO: TerminalRecord = {
  ...common,
  id: gatewayId.parse('cong-truoc'),
  vendor: 'zkteco',
  serial: 'SN1',
  tokenHash: null,
};
const HIKVISION: TerminalRecord = {
  ...common,
  id: gatewayId.parse('cong-sau'),
  vendor: 'hikvision',
  serial: null,
  tokenHash: secretHash(TOKEN).toString('hex'),
};

async function open() {
  const taken: AcceptedMessage[] = [];
  const unknown: string[] = [];
  const online: string[] = [];
  let clock = Date.UTC(2026, 10, 22);
  const state = { overloaded: false, onDisk: (done: (error?: Error) => void) => done() };
  const registry = createRegistry();
  const terminals = createTerminals({
    initial: [ZKTECO, HIKVISION],
    registry,
    feed: {
      announce: ({ devices = [] }) =>
        void online.push(
          ...devices.map(({ device, state: of }: { device: DeviceId; state: string }) => `${device} ${of}`),
        ),
    },
    timeZone: 'Asia/Ho_Chi_Minh',
    accept(message, done) {
      taken.push(message);
      state.onDisk(done);
    },
    isOverloaded: () => state.overloaded,
    refusals: { count: () => undefined },
    onUnknown: (who) => void unknown.push(who),
    now: () => clock,
  });
  const app = express().set('query parser', false);
  for (const door of terminals.doors) app.use(door);
  const server = app.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  // A server that listens on TCP has an address of this form.
  const { port } = server.address() as AddressInfo;

  async function ask(method: string, path: string, body?: string | Buffer, type = 'text/plain') {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
      method,
      headers: { 'content-type': type },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : new Uint8Array(body) }),
      signal: AbortSignal.timeout(10_000),
    });
    return { status: answer.status, text: await answer.text(), headers: answer.headers };
  }
  const payloads = () => taken.map(({ topic, payload }) => `${topic} ${Buffer.from(payload).toString()}`);
  return {
    terminals,
    registry,
    state,
    taken,
    unknown,
    online,
    ask,
    payloads,
    at(epochMs: number) {
      clock = epochMs;
    },
  };
}

const LOG = '9001\t2026-07-28 22:40:21\t1\t15\t0\n9002\t2026-07-28 22:41:00\t0\t1\n';

describe('ZKTeco', () => {
  test.each(['/iclock/cdata', '/iclock/cdata.aspx', '/ICLOCK/cdata'])(
    '%s takes the attendance log as it is',
    async (path) => {
      const { ask, payloads, taken } = await open();
      const answer = await ask('POST', `${path}?SN=SN1&table=ATTLOG&Stamp=9999`, LOG);
      expect(answer).toMatchObject({ status: 200, text: 'OK: 2' });
      expect(payloads()).toEqual([`iclock/SN1/attlog ${LOG}`]);
      expect(taken[0]).toMatchObject({
        identity: { school: SCHOOL, gateway: 'cong-truoc' },
        retained: false,
        foreign: false,
      });
    },
  );

  test('answers only after the disk has it', async () => {
    const { ask, state } = await open();
    let done: ((error?: Error) => void) | undefined;
    const reached = new Promise<void>((resolve) => {
      state.onDisk = (callback) => {
        done = callback;
        resolve();
      };
    });
    let answered = false;
    const asking = ask('POST', '/iclock/cdata?SN=SN1&table=ATTLOG', LOG).then((answer) => {
      answered = true;
      return answer;
    });
    await reached;
    expect(answered).toBe(false);
    done?.();
    expect(await asking).toMatchObject({ status: 200, text: 'OK: 2' });
  });

  test('a full disk and overload are no OK: the terminal keeps the log and sends it again', async () => {
    const { ask, state, taken } = await open();
    state.onDisk = (done) => done(new Error('ENOSPC'));
    const failed = await ask('POST', '/iclock/cdata?SN=SN1&table=ATTLOG', LOG);
    expect(failed.status).toBe(503);
    expect(failed.text).not.toMatch(/^OK/);
    expect(failed.headers.get('retry-after')).toBe('30');
    state.overloaded = true;
    expect((await ask('POST', '/iclock/cdata?SN=SN1&table=ATTLOG', LOG)).status).toBe(503);
    expect(taken).toHaveLength(1);
  });

  test('tells a terminal its settings and its clock', async () => {
    const { ask, registry } = await open();
    const path = '/iclock/cdata?SN=SN1&options=all&pushver=2.4.1';
    const { status, text, headers } = await ask('GET', path);
    expect(status).toBe(200);
    expect(text).toMatch(/^GET OPTION FROM: SN1\n/);
    for (const line of ['Realtime=1', 'TimeZone=7', 'TransFlag=TransData AttLog', 'ATTLOGStamp=None'])
      expect(text.split('\n')).toContain(line);
    expect(headers.get('date')).not.toBeNull();
    registry.put({
      // The serial number is the id of the gate.
      id: 'SN1' as DeviceId,
      school: SCHOOL,
      enrolment: 'enrolled',
      kind: null,
      room: null,
      gateway: null,
      codec: null,
      model: null,
      options: { utcOffsetMinutes: 330 },
      firstSeenAt: null,
    });
    expect((await ask('GET', path)).text).toContain('TimeZone=330\n');
    expect((await ask('GET', '/iclock/cdata?SN=SN1&options=all')).text).toContain('TransFlag=1000000000\n');
  });

  test('heartbeats, users, photos and results of commands are answered and not kept', async () => {
    const { ask, taken } = await open();
    for (const [method, path] of [
      ['GET', '/iclock/getrequest?SN=SN1&INFO=x'],
      ['GET', '/iclock/ping?SN=SN1'],
      ['POST', '/iclock/devicecmd?SN=SN1'],
      ['POST', '/iclock/cdata?SN=SN1&table=OPERLOG&Stamp=1'],
      ['POST', '/iclock/cdata?SN=SN1&table=BIODATA'],
      ['POST', '/iclock/fdata?SN=SN1&table=ATTPHOTO'],
    ] as const) {
      const answer = await ask(method, path, method === 'POST' ? 'USER PIN=1\tName=Nguyễn Văn A\n' : undefined);
      expect(answer, path).toMatchObject({ status: 200, text: 'OK' });
    }
    expect(await ask('POST', '/iclock/cdata?SN=SN1&table=ATTLOG', '\n')).toMatchObject({ status: 200, text: 'OK: 0' });
    expect(taken).toEqual([]);
  });

  test('an unknown serial number is heard nowhere', async () => {
    const { ask, taken, unknown, terminals } = await open();
    for (const path of ['/iclock/cdata?SN=SN2&table=ATTLOG', '/iclock/cdata?table=ATTLOG', '/iclock/getrequest?SN=sn1'])
      expect(await ask('POST', path, LOG)).toMatchObject({ status: 403, text: 'UNKNOWN DEVICE' });
    expect(taken).toEqual([]);
    expect(unknown).toEqual(['serial SN2', 'serial ', 'serial sn1']);
    terminals.remove(SCHOOL, ZKTECO.id);
    expect((await ask('POST', '/iclock/cdata?SN=SN1&table=ATTLOG', LOG)).status).toBe(403);
    terminals.put({ ...ZKTECO, serial: 'SN2' });
    expect((await ask('POST', '/iclock/cdata?SN=SN2&table=ATTLOG', LOG)).status).toBe(200);
  });

  test.each([
    ['plain', (log: string) => log],
    ['a form', (log: string) => `data=${encodeURIComponent(log)}`],
  ])('a long log as %s becomes several messages of whole lines, none lost', async (_, encode) => {
    const { ask, taken } = await open();
    const lines = Array.from({ length: 12_000 }, (_each, n) => `${n}\t2026-07-28 22:40:21\t1\t15\t0`);
    const answer = await ask('POST', '/iclock/cdata?SN=SN1&table=ATTLOG', encode(lines.join('\n')));
    expect(answer).toMatchObject({ status: 200, text: 'OK: 12000' });
    expect(taken.length).toBeGreaterThan(1);
    for (const { payload } of taken) expect(payload.byteLength).toBeLessThanOrEqual(128 * 1024);
    expect(taken.flatMap(({ payload }) => Buffer.from(payload).toString().split('\n'))).toEqual(lines);
  });

  test('is online while it asks, offline when it stops, and says each once', async () => {
    const { ask, online, at, terminals } = await open();
    expect(terminals.lastSeenAt(SCHOOL, ZKTECO.id)).toBeNull();
    for (const time of [1_000, 30_000, 60_000]) {
      at(time);
      await ask('GET', '/iclock/getrequest?SN=SN1');
    }
    expect(terminals.lastSeenAt(SCHOOL, ZKTECO.id)).toBe(60_000);
    expect(online).toEqual(['SN1 online']);
  });
});

describe('Hikvision', () => {
  const event = {
    ipAddress: '192.168.1.64',
    dateTime: '2024-11-15T21:03:07+08:00',
    eventType: 'AccessControllerEvent',
    AccessControllerEvent: {
      deviceName: 'Cổng A',
      majorEventType: 5,
      subEventType: 75,
      name: 'Nguyễn Văn A',
      employeeNoString: '1001',
      pictureURL: 'http://x/face.jpg',
      serialNo: 7,
    },
  };
  const kept = {
    dateTime: '2024-11-15T21:03:07+08:00',
    AccessControllerEvent: {
      deviceName: 'Cổng A',
      majorEventType: 5,
      subEventType: 75,
      employeeNoString: '1001',
      serialNo: 7,
    },
  };
  const path = `/ingest/hikvision/${TOKEN}`;
  const picture = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0x4e, 0x67, 0x75, 0x79]);
  const multipart = Buffer.concat([
    Buffer.from(`--b\r\nContent-Type: application/json\r\n\r\n${JSON.stringify(event)}\r\n`),
    Buffer.from('--b\r\nContent-Type: image/jpeg\r\n\r\n'),
    picture,
    Buffer.from('\r\n--b--\r\n'),
  ]);
  const xml = `<EventNotificationAlert version="2.0"><dateTime>${kept.dateTime}</dateTime><AccessControllerEvent><deviceName>Cổng A</deviceName><majorEventType>5</majorEventType><subEventType>75</subEventType><name>Nguyễn Văn A</name><employeeNoString>1001</employeeNoString><serialNo>7</serialNo></AccessControllerEvent></EventNotificationAlert>`;

  test.each<[string, string | Buffer, string]>([
    ['JSON', JSON.stringify(event), 'application/json'],
    ['multipart with a picture', multipart, 'multipart/form-data; boundary=b'],
    ['XML', xml, 'application/xml'],
  ])('%s: only what attendance needs is written down', async (_, body, type) => {
    const { ask, taken } = await open();
    expect(await ask('POST', path, body, type)).toMatchObject({ status: 200, text: 'OK' });
    expect(taken.map(({ topic }) => topic)).toEqual(['hikvision/cong-sau/event']);
    const written = Buffer.from(taken[0]?.payload ?? []);
    const parsed: unknown = JSON.parse(written.toString());
    // XML has no numbers.
    expect(JSON.parse(JSON.stringify(parsed).replaceAll(/"(5|75|7)"/g, '$1'))).toMatchObject(kept);
    expect(written.includes('Nguyễn')).toBe(false);
    expect(written.includes(picture)).toBe(false);
  });

  test('heartbeats are answered and not kept; what can not be read leaves a note, and nothing of itself', async () => {
    const { ask, taken, payloads } = await open();
    const heartbeat = JSON.stringify({ dateTime: 'x', eventType: 'heartBeat' });
    expect((await ask('POST', path, heartbeat, 'application/json')).status).toBe(200);
    expect(taken).toEqual([]);
    for (const body of ['', 'Nguyễn Văn A', '{"name":"Nguyễn', '[]', '<html>Nguyễn</html>'])
      expect((await ask('POST', path, body, 'multipart/form-data; boundary=Nguyen')).status).toBe(200);
    expect(payloads()).toHaveLength(5);
    for (const payload of payloads())
      expect(payload).toMatch(
        /^hikvision\/cong-sau\/event \{"unreadable":\{"bytes":\d+,"type":"multipart\/form-data"\}\}$/,
      );
  });

  test('a token nobody gave out is turned away, and named nowhere', async () => {
    const { ask, taken, unknown, terminals } = await open();
    expect((await ask('POST', '/ingest/hikvision/guess', JSON.stringify(event))).status).toBe(403);
    terminals.remove(SCHOOL, HIKVISION.id);
    expect((await ask('POST', path, JSON.stringify(event))).status).toBe(403);
    expect(taken).toEqual([]);
    expect(unknown).toEqual(['a Hikvision token', 'a Hikvision token']);
  });

  test('not on the disk is not 200', async () => {
    const { ask, state } = await open();
    state.onDisk = (done) => done(new Error('ENOSPC'));
    expect((await ask('POST', path, JSON.stringify(event))).status).toBe(503);
  });
});
