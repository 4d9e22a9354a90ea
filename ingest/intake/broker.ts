/**
 * The embedded broker: the only file that knows aedes. It checks who may write where, hands each message to the
 * journal and lets aedes acknowledge only when the journal says that it is on the disk. It knows nothing of meaning.
 *
 * aedes writes PUBACK (and PUBREC) after authorizePublish called back and before anything else (lib/handlers/publish.js),
 * so the journal is awaited there. Calling back with an error closes the connection without acknowledgement: the
 * gateway sends again. That is right when the journal fails and wrong for a bad payload, which is acknowledged.
 */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import {
  Aedes,
  type AuthenticateError,
  type Client,
  type ConnectPacket,
  type PublishPacket,
  type UnsubscribePacket,
} from 'aedes';
import type { GatewayId, SchoolId } from '../../contracts/ids.ts';
import type { Identity } from './mountpoint.ts';
import { createPacketGuard, type PacketLimits } from './packetGuard.ts';
import type { BrokerPolicy } from './policy.ts';

const RETURN_CODE = { identifierRejected: 2, serverUnavailable: 3, badCredentials: 4, notAuthorised: 5 } as const;
const MAX_CLIENT_ID = 256;
const KEEPALIVE_LIMIT_S = 3_600;
/** A subscriber that does not read for this long is cut; nobody waits for it (concurrency 0). */
const DRAIN_TIMEOUT_MS = 10_000;
const CONNECT_TIMEOUT_MS = 10_000;

export interface AcceptedMessage {
  readonly identity: Identity;
  /** After the mountpoint. */
  readonly topic: string;
  readonly foreign: boolean;
  readonly payload: Uint8Array;
  readonly retained: boolean;
}

export interface Broker {
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Takes over a connection: TCP, TLS or WebSocket stream. */
  handle(stream: Duplex, request?: IncomingMessage): void;
  /** To the gateway's own subscribers; topic after the mountpoint. */
  publish(school: SchoolId, topic: string, payload: Uint8Array): void;
  /** Ends the live sessions of a gateway whose credential changed. */
  disconnect(identity: Identity): void;
  connected(): number;
}

export interface BrokerParts {
  readonly policy: BrokerPolicy;
  /** Must call back only when the message is durable; an error closes the connection unacknowledged. */
  readonly accept: (message: AcceptedMessage, done: (error?: Error) => void) => void;
  /** First session of a gateway opened, last one closed. */
  readonly onPresence: (identity: Identity, state: 'online' | 'offline') => void;
  readonly onRefusedLogin: (username: string | undefined, address: string | undefined) => void;
  readonly onClientError: (identity: Identity | undefined, error: Error) => void;
  readonly limits: PacketLimits;
}

export function createBroker({
  policy,
  accept,
  onPresence,
  onRefusedLogin,
  onClientError,
  limits,
}: BrokerParts): Broker {
  let aedes: Aedes | undefined;
  const identities = new WeakMap<Client, Identity>();
  const sessions = new Map<string, Set<Client>>();
  const keyOf = ({ school, gateway }: Identity) => `${school}/${gateway}`;

  const refusal = (message: string, returnCode: number): AuthenticateError =>
    Object.assign(new Error(message), { returnCode });

  function preConnect(
    _client: Client,
    packet: ConnectPacket,
    callback: (error: Error | null, success: boolean) => void,
  ): void {
    if (packet.clientId.length > MAX_CLIENT_ID) {
      callback(refusal('client id too long', RETURN_CODE.identifierRejected), false);
      return;
    }
    packet.clientId = policy.sessionId(packet.username, packet.clientId);
    // Nothing bounds an offline queue, and what a gateway must know after an outage it is told on connecting.
    if (!policy.keepsSessions) packet.clean = true;
    callback(null, true);
  }

  function authenticate(
    client: Client,
    username: string | undefined,
    password: Buffer | undefined,
    done: (error: AuthenticateError | null, success: boolean | null) => void,
  ): void {
    const identity = policy.identify(username, password);
    if (!identity) {
      onRefusedLogin(username, addressOf(client));
      done(refusal('wrong user name or password', RETURN_CODE.badCredentials), false);
      return;
    }
    identities.set(client, identity);
    // From here, not from CONNACK: a credential revoked in between must find the session.
    opened(identity, client);
    client.conn.once('close', () => closed(identity, client));
    done(null, true);
  }

  function opened(identity: Identity, client: Client): void {
    const open = sessions.get(keyOf(identity)) ?? new Set();
    sessions.set(keyOf(identity), open.add(client));
    if (open.size === 1) onPresence(identity, 'online');
  }

  function closed(identity: Identity, client: Client): void {
    const open = sessions.get(keyOf(identity));
    if (!open?.delete(client) || open.size > 0) return;
    sessions.delete(keyOf(identity));
    onPresence(identity, 'offline');
  }

  function authorizePublish(
    client: Client | null,
    packet: PublishPacket,
    callback: (error?: Error | null) => void,
  ): void {
    const identity = client ? identities.get(client) : undefined;
    // A will whose client is gone (null) or never logged in belongs to nobody.
    if (!identity) {
      callback(new Error('publish without identity'));
      return;
    }
    const resolved = policy.publishTopic(identity, packet.topic);
    const retained = packet.retain;
    if (!policy.keepsSessions) packet.retain = false;
    const message: AcceptedMessage = {
      identity,
      topic: resolved.topic,
      foreign: resolved.kind === 'foreign',
      payload: typeof packet.payload === 'string' ? Buffer.from(packet.payload) : packet.payload,
      retained,
    };
    // A foreign topic stays where it is written, but below the sender's own mountpoint: nobody else can see it.
    packet.topic = policy.brokerTopic(identity, resolved.topic);
    accept(message, (error) => callback(error ?? null));
  }

  async function start(): Promise<void> {
    aedes = await Aedes.createBroker({
      concurrency: 0,
      drainTimeout: DRAIN_TIMEOUT_MS,
      connectTimeout: CONNECT_TIMEOUT_MS,
      keepaliveLimit: policy.keepsSessions ? 0 : KEEPALIVE_LIMIT_S,
      maxClientsIdLength: MAX_CLIENT_ID * 2, // ours is checked in preConnect, before the scope is put in front of it
      preConnect,
      authenticate,
      authorizePublish,
      authorizeSubscribe(client, subscription, callback) {
        const identity = identities.get(client);
        const filter = identity ? policy.filter(identity, subscription.topic) : undefined;
        if (filter === undefined) return callback(null, null);
        subscription.topic = filter;
        callback(null, subscription);
      },
      authorizeForward(client, packet) {
        const identity = identities.get(client);
        const topic = identity ? policy.delivered(identity, packet.topic) : undefined;
        if (topic === undefined) return null;
        packet.topic = topic;
        return packet;
      },
    });
    aedes.on('clientError', (client, error) => onClientError(identities.get(client), error));
    aedes.on('connectionError', (client, error) => onClientError(identities.get(client), error));
  }

  function handle(stream: Duplex, request?: IncomingMessage): void {
    const broker = aedes;
    if (!broker) return void stream.destroy();
    const guard = createPacketGuard(limits);
    // aedes pulls with read(): looking at the bytes there costs no copy and no further stream.
    const read = stream.read.bind(stream);
    stream.read = (size?: number) => {
      const chunk: unknown = read(size);
      if (!(chunk instanceof Uint8Array) || guard.accept(chunk)) return chunk;
      stream.destroy(new Error('packet larger than allowed'));
      return null;
    };
    const client = broker.handle(stream, request);
    client.on('connected', () => guard.connected());
    mountUnsubscribe(client);
  }

  /** aedes has no hook for UNSUBSCRIBE; its filters have to be mounted like those of SUBSCRIBE. */
  function mountUnsubscribe(client: Client): void {
    const parser: unknown = Reflect.get(client, '_parser');
    if (!isEmitter(parser)) throw new Error('aedes has changed: its client has no packet parser');
    parser.prependListener('packet', (packet: { readonly cmd: string }) => {
      if (!isUnsubscribe(packet)) return;
      const identity = identities.get(client);
      if (identity)
        packet.unsubscriptions = packet.unsubscriptions.map((filter) => policy.filter(identity, filter) ?? filter);
    });
  }

  return {
    start,
    stop: () =>
      new Promise((resolve) => {
        if (!aedes) return resolve();
        aedes.close(() => resolve());
        aedes = undefined;
      }),
    handle,
    publish(school: SchoolId, topic: string, payload: Uint8Array) {
      const identity: Identity = { school, gateway: '' as GatewayId }; // only the school decides the topic
      aedes?.publish(
        {
          cmd: 'publish',
          topic: policy.brokerTopic(identity, topic),
          payload: Buffer.from(payload),
          qos: 1,
          retain: false,
          dup: false,
        },
        () => undefined,
      );
    },
    disconnect(identity) {
      for (const client of sessions.get(keyOf(identity)) ?? []) client.close();
    },
    connected: () => aedes?.connectedClients ?? 0,
  };
}

function isEmitter(value: unknown): value is NodeJS.EventEmitter {
  return (
    typeof value === 'object' &&
    value !== null &&
    'prependListener' in value &&
    typeof value.prependListener === 'function'
  );
}

function isUnsubscribe(packet: { readonly cmd: string }): packet is UnsubscribePacket {
  return packet.cmd === 'unsubscribe';
}

function addressOf(client: Client): string | undefined {
  return 'remoteAddress' in client.conn ? client.conn.remoteAddress : client.req?.socket.remoteAddress;
}
