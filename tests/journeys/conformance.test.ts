/** `IOC_PROFILE=conformance`: a broker that is nothing but a broker, for protocol test suites. */
import { connectAsync } from 'mqtt';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type App, startApp } from '../support/app.ts';
import { poll } from '../support/poll.ts';

describe('the conformance profile', () => {
  let app: App;
  beforeAll(async () => {
    app = await startApp({ env: { IOC_PROFILE: 'conformance' } });
  });
  afterAll(() => app?.stop());

  test('is a plain broker: anonymous, no mountpoint, retained messages, two forbidden subscriptions', async () => {
    const anonymous = { protocolVersion: 4, reconnectPeriod: 0 } as const;
    const publisher = await connectAsync(app.mqtt, { ...anonymous, clientId: 'publisher' });
    await publisher.publishAsync('TopicA/B', 'kept', { qos: 1, retain: true });
    const subscriber = await connectAsync(app.mqtt, { ...anonymous, clientId: 'subscriber' });
    const heard: string[] = [];
    subscriber.on('message', (topic, payload, { retain }) => heard.push(`${topic} ${String(payload)} ${retain}`));
    expect(await subscriber.subscribeAsync('TopicA/#', { qos: 2 })).toMatchObject([{ topic: 'TopicA/#', qos: 2 }]);
    await publisher.publishAsync('TopicA/C', 'fresh', { qos: 2 });
    await poll(() => heard.length >= 2, { deadlineMs: 5_000 });
    expect(heard).toEqual(['TopicA/B kept true', 'TopicA/C fresh false']);
    for (const filter of ['test/nosubscribe', '$SYS/#'])
      await expect(subscriber.subscribeAsync(filter), filter).rejects.toThrow(/Unspecified error|128/);
    await publisher.endAsync();
    await subscriber.endAsync();
  });
});
