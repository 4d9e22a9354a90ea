/**
 * A school's own mosquitto as a bridge to the centre, configured with nothing but the credential and the topics. Behind
 * it Zigbee2MQTT and Tasmota devices; then the power of the bridge goes.
 */
import type { MqttClient } from 'mqtt';
import { io, type Socket } from 'socket.io-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { deviceList, gatewayList } from '../../contracts/http/devices.ts';
import { latestList } from '../../contracts/http/readings.ts';
import type { Changes, OperationsEvent, SchoolCondition } from '../../contracts/live.ts';
import { type App, startApp } from '../support/app.ts';
import { type Mosquitto, startMosquitto } from '../support/mosquitto.ts';
import { type Credentials, connectGateway, publishAndWait } from '../support/mqttClient.ts';
import { poll } from '../support/poll.ts';
import { addGateway, expectBody, putSchool, settledStats } from '../support/provision.ts';
import { programOrSkip } from '../support/system.ts';

const program = programOrSkip('mosquitto as a bridge', 'mosquitto');
const SCHOOL = 'thcs-may-xanh';
const ROOMS = 20;
const DEVICES = 2 * ROOMS;
/** Waits for devices to appear and for states to change. */
const WITHIN_MS = 15_000;
/** An outage is told at once. */
const TOLD_WITHIN_MS = 2_000;

describe.skipIf(!program)('a school behind its own mosquitto', () => {
  let app: App;
  let bridge: Mosquitto;
  let local: MqttClient;
  let credentials: Credentials;
  let wall: Socket;
  /** The lines of the school as they came, and what happened, oldest first. */
  const lines: SchoolCondition[] = [];
  const events: OperationsEvent[] = [];

  beforeAll(async () => {
    app = await startApp();
    await putSchool(app, { id: SCHOOL });
    credentials = await addGateway(app, SCHOOL, 'bridge');
    await watchTheWall();
    bridge = await startBridge();
    local = await connectGateway(bridge.url, { username: 'anybody', password: '' });
  });
  afterAll(async () => {
    wall?.disconnect();
    await local?.endAsync(true);
    await bridge?.stop();
    await app?.stop();
  });

  function startBridge(): Promise<Mosquitto> {
    return startMosquitto(program ?? '', {
      lines: [
        'allow_anonymous true',
        'connection ioc',
        `address 127.0.0.1:${new URL(app.mqtt).port}`,
        `remote_username ${credentials.username}`,
        `remote_password ${credentials.password}`,
        'restart_timeout 1',
        'topic zigbee2mqtt/# out 1',
        'topic tele/# out 1',
      ],
    });
  }

  async function watchTheWall(): Promise<void> {
    wall = io(`${app.http}/live`, { auth: { token: app.adminToken }, transports: ['websocket'], reconnection: false });
    wall.on('changes', ({ changes }: Changes<'overview'>) => {
      lines.push(...changes.schools);
      events.push(...changes.events.toReversed());
    });
    await new Promise<void>((resolve, reject) => {
      wall.once('snapshot', () => resolve());
      wall.once('connect_error', reject);
    });
  }

  async function measure(co2: number): Promise<void> {
    for (let room = 0; room < ROOMS; room++) {
      const zigbee = { temperature: 27.5, humidity: 60, battery: 90, voltage: 2_950, linkquality: 80 };
      await publishAndWait(local, `zigbee2mqtt/Phòng ${room}`, zigbee);
      const tasmota = { SCD40: { CarbonDioxide: co2, Temperature: 27.1, Humidity: 61 }, TempUnit: 'C' };
      await publishAndWait(local, `tele/phong-${room}/SENSOR`, tasmota);
    }
  }

  const gatewayState = async () =>
    expectBody(await app.api('GET', `/api/v1/schools/${SCHOOL}/gateways`), gatewayList).items[0]?.state;
  const devices = async () =>
    expectBody(await app.api('GET', `/api/v1/devices?school=${SCHOOL}&limit=100`), deviceList).items;
  const kinds = () => events.map(({ kind }) => kind);
  /** States the overview went through: what differs only in figures is one. */
  const states = () =>
    lines
      .map(({ condition, gateways, devices: { live, gateway_down: down } }) => ({
        condition,
        online: gateways.online,
        live,
        down,
      }))
      .filter((state, index, all) => JSON.stringify(state) !== JSON.stringify(all[index - 1]));

  test('devices appear with their readings', async () => {
    await poll(async () => (await gatewayState()) === 'online', { deadlineMs: WITHIN_MS });
    await measure(612);
    const live = async () => (await devices()).filter(({ liveness }) => liveness === 'live').length === DEVICES;
    await poll(live, { deadlineMs: WITHIN_MS });
    for (const device of await devices()) expect(device).toMatchObject({ enrolment: 'discovered', gateway: 'bridge' });
    const latest = await app.api('GET', `/api/v1/readings/latest?school=${SCHOOL}&limit=1000`);
    const readings = expectBody(latest, latestList).items;
    expect(readings.filter(({ metric, value }) => metric === 'co2' && value === 612)).toHaveLength(ROOMS);
    expect(
      readings.filter(({ device, metric }) => device.startsWith('Phòng ') && metric === 'temperature'),
    ).toHaveLength(ROOMS);
    // What the bridge says about itself is understood, too.
    expect(await settledStats(app)).toMatchObject({ quarantined: 0 });
    await poll(() => lines.at(-1)?.devices.live === DEVICES, { deadlineMs: TOLD_WITHIN_MS });
  });

  test('the power of the bridge goes: one gateway is down, once, and nobody says it of forty devices', async () => {
    lines.splice(0);
    events.splice(0);
    await bridge.kill9();
    await poll(() => kinds().includes('gateway_down'), { deadlineMs: TOLD_WITHIN_MS });
    await poll(() => lines.at(-1)?.devices.gateway_down === DEVICES, { deadlineMs: TOLD_WITHIN_MS });
    expect(await gatewayState()).toBe('offline');
    for (const device of await devices()) expect(device.liveness).toBe('gateway_down');
    expect(kinds().filter((kind) => kind === 'gateway_down')).toEqual(['gateway_down']);
    expect(events.filter(({ device }) => device !== null)).toEqual([]);
    expect(states()).toEqual([{ condition: 'no_data', online: 0, live: 0, down: DEVICES }]);
  });

  test('it comes back, and is up once', async () => {
    events.splice(0);
    await local.endAsync(true);
    await bridge.stop();
    bridge = await startBridge();
    local = await connectGateway(bridge.url, { username: 'anybody', password: '' });
    await poll(async () => (await gatewayState()) === 'online', { deadlineMs: WITHIN_MS });
    await measure(655);
    await poll(() => lines.at(-1)?.devices.live === DEVICES, { deadlineMs: WITHIN_MS });
    expect(kinds().filter((kind) => kind === 'gateway_up')).toEqual(['gateway_up']);
    expect(kinds()).not.toContain('gateway_down');
  });
});
