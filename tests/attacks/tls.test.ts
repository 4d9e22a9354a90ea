/** TLS at the broker, with certificates made here: with and without certificates of the gateways themselves. */
import { execFileSync } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ConnectionOptions } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { temporaryFolder } from '../support/app.ts';
import { connectGateway, publishAndWait } from '../support/mqttClient.ts';
import { freePort, programOrSkip } from '../support/system.ts';
import { loginPacket, openRaw } from './rawClient.ts';
import { startTarget, type Target } from './target.ts';

const openssl = programOrSkip('TLS at the broker', 'openssl');

describe.skipIf(!openssl)('TLS', () => {
  let folder: string;
  const at = (name: string) => join(folder, name);
  const run = (...args: readonly string[]) => execFileSync(openssl ?? '', args, { cwd: folder, stdio: 'pipe' });

  beforeAll(async () => {
    folder = await temporaryFolder();
    for (const ca of ['ca', 'stranger'])
      run(
        'req',
        '-x509',
        '-newkey',
        'rsa:2048',
        '-nodes',
        '-days',
        '2',
        '-subj',
        `/CN=${ca}`,
        '-keyout',
        `${ca}.key`,
        '-out',
        `${ca}.pem`,
      );
    for (const [name, ca] of [
      ['server', 'ca'],
      ['gateway', 'ca'],
      ['foreign', 'stranger'],
    ] as const) {
      run(
        'req',
        '-newkey',
        'rsa:2048',
        '-nodes',
        '-subj',
        '/CN=localhost',
        '-keyout',
        `${name}.key`,
        '-out',
        `${name}.csr`,
      );
      run(
        'x509',
        '-req',
        '-in',
        `${name}.csr`,
        '-CA',
        `${ca}.pem`,
        '-CAkey',
        `${ca}.key`,
        '-CAcreateserial',
        '-days',
        '2',
        '-out',
        `${name}.pem`,
      );
    }
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  async function start(more: Readonly<Record<string, string>> = {}): Promise<{ target: Target; url: string }> {
    const port = await freePort();
    const env = {
      IOC_MQTT_TLS_PORT: `${port}`,
      IOC_TLS_CERT: at('server.pem'),
      IOC_TLS_KEY: at('server.key'),
      ...more,
    };
    return { target: await startTarget({ env }), url: `mqtts://127.0.0.1:${port}` };
  }
  async function trust(certificate?: string): Promise<ConnectionOptions> {
    return {
      ca: await readFile(at('ca.pem')),
      servername: 'localhost',
      ...(certificate && {
        cert: await readFile(at(`${certificate}.pem`)),
        key: await readFile(at(`${certificate}.key`)),
      }),
    };
  }

  test('a gateway publishes over TLS, a wrong password gets its answer, old versions get none', async () => {
    const { target, url } = await start();
    const { ca } = await trust();
    const client = await connectGateway(url, target.a, { ...(ca && { ca: String(ca) }), servername: 'localhost' });
    await publishAndWait(client, 'air/readings', [{ n: 'co2', u: 'ppm', v: 700 }]);
    await client.endAsync();
    const wrong = await openRaw(url, await trust());
    wrong.send(loginPacket({ ...target.a, password: 'no' }));
    expect((await wrong.next('connack')).returnCode).toBe(4);
    await wrong.closed();
    await expect(openRaw(url, { ...(await trust()), maxVersion: 'TLSv1.1', minVersion: 'TLSv1' })).rejects.toThrow(
      /protocol/i,
    );
    // Plain MQTT at the TLS port is no handshake.
    const plain = await openRaw(url.replace('mqtts', 'mqtt'));
    plain.send(loginPacket(target.a));
    await plain.closed();
    expect(await target.health()).toBeLessThan(1_000);
    await target.stop();
  });

  test('with IOC_TLS_CLIENT_CA only who shows a certificate of it comes in', async () => {
    const { target, url } = await start({ IOC_TLS_CLIENT_CA: at('ca.pem') });
    // With TLS 1.3 the client believes in its handshake until the server has looked at the certificate.
    for (const certificate of [undefined, 'foreign']) {
      const refused = await openRaw(url, await trust(certificate)).catch(() => undefined);
      refused?.send(loginPacket(target.a));
      await refused?.closed();
      expect(refused?.unread ?? []).toEqual([]);
    }
    const known = await openRaw(url, await trust('gateway'));
    known.send(loginPacket(target.a));
    expect((await known.next('connack')).returnCode).toBe(0);
    known.end();
    await target.stop();
  });
});
