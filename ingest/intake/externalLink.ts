/** One connection to an external broker, from CONNECT to its end; it never comes back by itself. */
import { setTimeout as delay } from 'node:timers/promises';
import { connect, type IClientOptions, type IPublishPacket, type MqttClient } from 'mqtt';
import { acknowledgeLater } from './externalAck.ts';

/** One group for all processes: each message goes to one of them. */
const FILTER = '$share/edu-ioc/schools/#';
/** MQTT 5 user property on what we publish, so that the subscription above does not take it for a gateway's. */
const OWN = 'edu-ioc-reply';
const GATEWAY = 'gateway';
const KEEPALIVE_S = 30;
const CONNECT_TIMEOUT_MS = 10_000;
/** Unacknowledged messages the broker may send: the group one sync covers. */
const RECEIVE_MAXIMUM = 1_000;
const MAX_WAITING_BYTES = 32 * 1024 * 1024;
/** The session outlives any outage: what the broker keeps for it is lost when it ends. */
const NEVER_EXPIRES = 0xffff_ffff;
const STOP_WITHIN_MS = 3_000;

/** CONNACK, "unsupported protocol version": of MQTT 3.1.1 and of 5. */
const WRONG_VERSION: readonly unknown[] = [1, 132];
const SESSION_TAKEN_OVER = 142;

export interface ExternalMessage {
  /** As the broker has it, with `schools/`. */
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly retained: boolean;
  /** User property `gateway`, unchecked. */
  readonly gateway: string | undefined;
}

export interface LinkEnd {
  readonly reason: string;
  /** The broker may not speak this version of MQTT. */
  readonly tryOlderVersion: boolean;
}

export interface Link {
  /** QoS 0, as Sparkplug wants its commands: what a codec asks for it asks for again. */
  publish(topic: string, payload: Uint8Array): void;
  /** Takes nothing more, acknowledges what becomes durable, says goodbye. The session stays. */
  stop(): Promise<void>;
}

export interface LinkParts {
  /** mqtt, mqtts, ws or wss, with the account. */
  readonly url: URL;
  readonly clientId: string;
  readonly protocolVersion: 4 | 5;
  /** Calls back when the message is durable; an error ends the connection unacknowledged. */
  readonly accept: (message: ExternalMessage, done: (error?: Error) => void) => void;
  /** Connected and subscribed. */
  readonly onUp: () => void;
  /** Called once, whatever ended it, but not after stop(). */
  readonly onEnd: (end: LinkEnd) => void;
}

export function openLink({ url, clientId, protocolVersion, accept, onUp, onEnd }: LinkParts): Link {
  const client = connect(addressOf(url), optionsFor(url, clientId, protocolVersion));
  let ended = false;
  let answered = false;
  let lastError: (Error & { readonly code?: unknown }) | undefined;

  const acks = acknowledgeLater({
    client,
    accept(packet, done) {
      const properties = packet.properties?.userProperties;
      if (properties?.[OWN] !== undefined) return done();
      accept(toMessage(packet, properties?.[GATEWAY]), done);
    },
    onRefused: (error) => end(`a message could not be kept: ${error.message}`),
    maxWaitingBytes: MAX_WAITING_BYTES,
  });

  function end(reason: string): void {
    if (ended) return;
    ended = true;
    acks.close();
    client.end(true);
    const code = lastError?.code;
    // No answer at all, and not for a reason of the network (those have names): also a way to refuse a version.
    onEnd({ reason, tryOlderVersion: answered ? WRONG_VERSION.includes(code) : typeof code !== 'string' });
  }

  client.on('error', (error) => {
    lastError = error;
    end(error.message);
  });
  client.on('close', () => end('the connection was closed'));
  client.on('disconnect', ({ reasonCode }) =>
    end(
      reasonCode === SESSION_TAKEN_OVER
        ? 'another process uses this client id; was the data folder copied?'
        : `the broker ended it with reason code ${reasonCode}`,
    ),
  );
  client.on('packetreceive', (packet) => {
    if (packet.cmd === 'connack') answered = true;
    // MQTT.js answers QoS 2 before anybody could have stored it, so nothing of it may be sent.
    if (packet.cmd === 'publish' && packet.qos === 2)
      end('the broker delivers with QoS 2 what was asked for with QoS 1');
  });
  client.on('connect', ({ properties }) => {
    if (properties?.sharedSubscriptionAvailable === false) return end('the broker has no shared subscriptions');
    client.subscribe({ [FILTER]: { qos: 1, rap: true } }, (error, granted) => {
      if (ended) return;
      if (error) return end(error.message);
      if (granted?.[0]?.qos !== 1) return end('the broker refuses to deliver with QoS 1');
      onUp();
    });
  });

  return {
    publish(topic, payload) {
      if (ended || !client.connected) return;
      const properties = { userProperties: { [OWN]: '1' } };
      client.publish(topic, Buffer.from(payload), protocolVersion === 5 ? { properties } : {});
    },
    async stop() {
      if (ended) return;
      ended = true;
      acks.close();
      const late = new AbortController();
      await Promise.race([goodbye(client, () => acks.waiting()), delay(STOP_WITHIN_MS, undefined, late)]);
      late.abort();
      client.end(true);
    },
  };
}

async function goodbye(client: MqttClient, waiting: () => number): Promise<void> {
  while (waiting() > 0) await delay(5);
  await client.endAsync();
}

function toMessage(
  { topic, payload, retain }: IPublishPacket,
  gateway: string | readonly string[] | undefined,
): ExternalMessage {
  return {
    topic,
    payload: typeof payload === 'string' ? Buffer.from(payload) : payload,
    retained: retain,
    gateway: typeof gateway === 'string' ? gateway : gateway?.[0],
  };
}

/** Without the account, and without a query: MQTT.js would take a client id from there. */
function addressOf({ protocol, host, pathname }: URL): string {
  return `${protocol}//${host}${protocol.startsWith('ws') ? pathname : ''}`;
}

/** Percent-encoding taken off; a stray % in a password means itself. */
function plain(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function optionsFor({ username, password }: URL, clientId: string, protocolVersion: 4 | 5): IClientOptions {
  return {
    clientId,
    clean: false,
    protocolVersion,
    keepalive: KEEPALIVE_S,
    connectTimeout: CONNECT_TIMEOUT_MS,
    reconnectPeriod: 0,
    resubscribe: false,
    ...(username !== '' && { username: plain(username) }),
    ...(password !== '' && { password: plain(password) }),
    ...(protocolVersion === 5 && {
      properties: { sessionExpiryInterval: NEVER_EXPIRES, receiveMaximum: RECEIVE_MAXIMUM },
    }),
  };
}
