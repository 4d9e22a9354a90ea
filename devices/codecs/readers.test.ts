/** Passages from readers and terminals: esp-rfid, Impinj, Zebra, ZKTeco, Hikvision. */
import { describe, expect, test } from 'vitest';
import { briefs, times } from '../testing/brief.ts';
import { createTestDecoder } from '../testing/message.ts';
import { parseHikvision, parseHikvisionBody } from './hikvision.ts';
import { parseAttlog, parseZkPush } from './zkteco.ts';

const read = (topic: string, payload: string | object): string[] => briefs(createTestDecoder()(topic, payload));

describe('esp-rfid', () => {
  const access = {
    type: 'access',
    time: 1_700_000_000,
    isKnown: 'true',
    access: 'Always',
    username: 'x',
    uid: '00ff',
    hostname: 'door1',
  };
  test.each<[string, object, string[]]>([
    ['door1/send', access, ['door1 rfid:00ff']],
    ['door1/send', { ...access, isKnown: 'false', access: 'Denied' }, ['door1 rfid:00ff refused']],
    ['school/door2/send', { ...access, hostname: undefined }, ['school/door2 rfid:00ff']],
    ['door1/sync', { type: 'heartbeat', time: 5, ip: '10.0.0.2', door: 'north' }, ['north online']],
    ['door1/send', { type: 'boot', time: 2, 'Local IP': '10.0.0.2' }, []],
    ['door1/send', { type: 'WARN', src: 'rfid', desc: 'x' }, []],
    ['door1/send', { command: 'userfile', uid: 'aa', user: 'x' }, []],
  ])('%s %j', (topic, payload, expected) => {
    expect(read(topic, payload)).toEqual(expected);
  });
});

describe('walk-through readers', () => {
  const impinj = (event: object): object => ({
    timestamp: '2026-02-26T17:13:37.432087177Z',
    hostname: 'r700',
    eventType: 'tagInventory',
    ...event,
  });

  test.each<[string | object, string[]]>([
    [impinj({ tagInventoryEvent: { epcHex: 'e280', epc: 'AAAA' } }), ['r700 rfid:E280']],
    [impinj({ tagInventoryEvent: { epc: 'ikUCJA==' } }), ['r700 rfid:8A450224']],
    [impinj({ eventType: 'inventoryStatus', inventoryStatusEvent: { inventoryStatus: 'running' } }), []],
    [
      `${JSON.stringify(impinj({ tagInventoryEvent: { epcHex: 'E1' } }))}\n${JSON.stringify(impinj({ tagInventoryEvent: { epcHex: 'E2' } }))}\n`,
      ['r700 rfid:E1', 'r700 rfid:E2'],
    ],
    [
      {
        data: { idHex: 'ad99', antenna: 1, hostName: 'FX1' },
        timestamp: '2023-02-24T10:14:42.851+0000',
        type: 'SIMPLE',
      },
      ['FX1 rfid:AD99'],
    ],
    [{ type: 'heartbeat', component: 'RG', data: {}, timestamp: '2023-02-24T10:14:42.851+0000' }, []],
  ])('%j', (payload, expected) => {
    expect(read('gate/tags', payload)).toEqual(expected);
  });

  test('many reads of one tag in a message are one passage of one stretch', () => {
    const at = (second: number, idHex: string): object => ({
      data: { idHex, antenna: second % 4 },
      timestamp: `2023-02-24T10:14:${second}.000+0000`,
      type: 'INVENTORY',
    });
    const decoded = createTestDecoder()('zebra/tags', [at(41, 'aa'), at(42, 'AA'), at(43, 'bb'), at(51, 'aa')]);
    expect(briefs(decoded)).toEqual(['zebra rfid:AA', 'zebra rfid:BB', 'zebra rfid:AA']);
    expect(decoded[0]).toMatchObject({ passageMs: 10_000 });
  });
});

describe('ZKTeco', () => {
  test.each<[string, string[]]>([
    ['9001\t2026-07-28 22:40:21\t1\t15\t0\t0\n', ['SN1 person:9001 out']],
    [
      '5_4968\t2026-06-17 08:00:00\t0\t1\t\t0\t0\r\n8\t2026-06-17 08:00:01\t255\t1\r\n',
      ['SN1 person:5_4968 in', 'SN1 person:8'],
    ],
    ['data=8%092026-07-30+09%3A12%3A03%093%091%0A', ['SN1 person:8 in']],
    ['8\t2026-02-31 09:12:03\t0\t1', ['refused bad-time']],
    ['\t2026-07-30 09:12:03\t0\t1', ['refused bad-payload']],
    ['\n\n', []],
  ])('%j', (body, expected) => {
    expect(briefs(parseAttlog(body, 'SN1'))).toEqual(expected);
  });

  test('the clock has no zone, and the same line is the same passage', () => {
    const line = '8\t2026-07-30 09:12:03\t0\t1';
    expect(times(parseAttlog(line, 'SN1'))).toEqual(['2026-07-30T09:12:03']);
    expect(parseAttlog(line, 'SN1')).toEqual(parseAttlog(line, 'SN1'));
  });

  test('other tables carry no attendance; access controllers write keys', () => {
    expect(parseZkPush('OPLOG 4\t14\t2026-07-30 09:12:03', { serial: 'SN1', table: 'OPERLOG' })).toEqual([]);
    const event = (code: number): string =>
      `time=2026-07-30 09:12:03\tpin=0\tcardno=123\teventaddr=1\tevent=${code}\tinoutstatus=1\tverifytype=1`;
    expect(briefs(parseZkPush(event(0), { serial: 'SN1', table: 'rtlog' }))).toEqual(['SN1 rfid:123 out']);
    expect(briefs(parseZkPush(event(27), { serial: 'SN1', table: 'rtlog' }))).toEqual(['SN1 rfid:123 out refused']);
    expect(briefs(parseZkPush(event(206), { serial: 'SN1', table: 'rtlog' }))).toEqual([]);
  });
});

describe('Hikvision', () => {
  const event = (inner: object): object => ({
    dateTime: '2024-11-15T21:03:07+08:00',
    eventType: 'AccessControllerEvent',
    AccessControllerEvent: {
      deviceName: 'Cổng A',
      majorEventType: 5,
      subEventType: 75,
      employeeNoString: '1001',
      serialNo: 7,
      name: 'x',
      ...inner,
    },
  });

  test.each<[object, string[]]>([
    [{ attendanceStatus: 'checkOut' }, ['Cổng A person:1001 out']],
    [{ attendanceStatus: 'undefined' }, ['Cổng A person:1001']],
    [{ employeeNoString: '', cardNo: '0123456789', subEventType: 1 }, ['Cổng A rfid:0123456789']],
    [{ subEventType: 76 }, []],
    [{ subEventType: 21 }, []],
    [{ majorEventType: 2 }, []],
    [{ employeeNoString: '', cardNo: '' }, []],
  ])('%j', (inner, expected) => {
    expect(briefs(parseHikvision(event(inner)))).toEqual(expected);
  });

  test('the method is what happened, and an old event sent again is the same passage', () => {
    const [first] = parseHikvision(event({ currentVerifyMode: 'card' }));
    expect(first).toMatchObject({ method: 'face', id: `hik:Cổng A:7:${Date.parse('2024-11-15T13:03:07Z') / 1000}` });
    expect(parseHikvision(event({ currentEvent: false }))).toEqual(parseHikvision(event({})));
  });

  test('heartbeats say nothing; a time that is none is refused', () => {
    expect(parseHikvision({ eventType: 'heartBeat', dateTime: 'x' })).toEqual([]);
    expect(briefs(parseHikvision({ ...event({}), dateTime: 'x' }))).toEqual(['refused bad-time']);
    expect(briefs(parseHikvisionBody(Buffer.from('nothing'), 'application/json'))).toEqual(['refused bad-payload']);
  });

  test('a multipart body: the event is read as UTF-8, the picture is not', () => {
    const json = JSON.stringify(event({}));
    const body = Buffer.concat([
      Buffer.from(`--b\r\nContent-Disposition: form-data; name="Picture"\r\nContent-Type: image/jpeg\r\n\r\n{"`),
      Buffer.from([0xff, 0xd8, 0x00]),
      Buffer.from(`\r\n--b\r\nContent-Type: application/json\r\n\r\n${json}\r\n--b--\r\n`),
    ]);
    expect(briefs(parseHikvisionBody(body, 'multipart/form-data; boundary=b'))).toEqual(['Cổng A person:1001']);
  });

  test('XML says the same', () => {
    const xml = `<EventNotificationAlert><dateTime>2024-11-15T21:03:07+08:00</dateTime><AccessControllerEvent><deviceName>A</deviceName><majorEventType>5</majorEventType><subEventType>38</subEventType><employeeNoString>5</employeeNoString><serialNo>9</serialNo></AccessControllerEvent></EventNotificationAlert>`;
    expect(briefs(parseHikvisionBody(Buffer.from(xml), 'application/xml'))).toEqual(['A person:5']);
  });
});
