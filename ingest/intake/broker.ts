/**
 * The embedded broker: the file that runs aedes. Who may come in is `admission`, what may pass is `traffic`; here the
 * connections are guarded and handed over. It knows nothing of meaning.
 *
 * aedes writes PUBACK (and PUBREC) after authorizePublish called back and before anything else (lib/handlers/publish.js),
 * so the journal is awaited there. Calling back with an error closes the connection without acknowledgement: the
 * gateway sends again. That is right when the journal fails and wrong for a bad payload, which is acknowledged.
 */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { Aedes } from 'aedes';
import type { GatewayId, SchoolId } from '../../contracts/ids.ts';
import { type AdmissionParts, createAdmission } from './admission.ts';
import { deliverOnceAtBestQos, watchUnsubscribe } from './brokerPatches.ts';
import { createConnectionTable } from './connectionTable.ts';
import type { IntakeLimits } from './limits.ts';
import type { Identity } from './mountpoint.ts';
import { createPacketGuard, type PacketGuard } from './packetGuard.ts';
import type { PacketFault } from './packetRules.ts';
import { newSession, type Sessions } from './session.ts';
import { createSessionStore } from './sessionStore.ts';
import { createTraffic, grantedQos, type TrafficParts } from './traffic.ts';

/** For acknowledgements of what is being written when the broker stops. */
const STOP_PATIENCE_MS = 3_000;

export interface Broker {
  start(): Promise<void>;
  /** Nothing more is read; what was read is acknowledged before the line is cut. */
  stop(): Promise<void>;
  /** Takes over a connection: TCP, TLS or WebSocket stream. */
  handle(stream: Duplex, request?: IncomingMessage): void;
  /** To the gateway's own subscribers; topic after the mountpoint. */
  publish(school: SchoolId, topic: string, payload: Uint8Array): void;
  /** Ends the live sessions of a gateway whose credential changed; their wills are not spoken. */
  disconnect(identity: Identity): void;
  /** Open connections, logged in or not. */
  connections(): number;
}

export interface BrokerParts
  extends Pick<AdmissionParts, 'policy' | 'refusals' | 'isOverloaded' | 'onPresence' | 'onRefusedLogin'>,
    Pick<TrafficParts, 'accept'> {
  readonly onClientError: (identity: Identity | undefined, error: Error) => void;
  readonly limits: IntakeLimits;
}

export function createBroker({ onClientError, ...parts }: BrokerParts): Broker {
  const { policy, limits, refusals } = parts;
  const sessions: Sessions = new WeakMap();
  const open = new Set<Duplex>();
  const table = createConnectionTable(limits, () => refusals.count('never-logged-in'));
  const store = createSessionStore({
    ...limits,
    isGranted: (client, filter) => sessions.get(client)?.filters.has(filter) ?? false,
    onDropped: (what) => refusals.count(what),
  });
  const traffic = createTraffic({ ...parts, sessions, store });
  const admission = createAdmission({
    ...parts,
    sessions,
    onAdmitted({ stream, guard }) {
      table.settle(stream);
      guard.connected();
    },
  });
  let aedes: Aedes | undefined;
  let isStopping = false;

  async function start(): Promise<void> {
    isStopping = false;
    aedes = await Aedes.createBroker({
      concurrency: 0, // nobody waits for a subscriber that does not read
      drainTimeout: limits.drainTimeoutMs,
      connectTimeout: limits.connectTimeoutMs,
      maxInflightInbound: limits.inflightQos2,
      maxClientsIdLength: limits.clientIdBytes,
      persistence: store,
      ...admission,
      ...traffic,
    });
    aedes.on('clientError', (client, error) => {
      if (error.message === 'drain timeout') refusals.count('slow-subscriber');
      onClientError(sessions.get(client)?.identity, error);
    });
    aedes.on('connectionError', (client, error) => onClientError(sessions.get(client)?.identity, error));
  }

  /** aedes pulls with read(): looking at the bytes there costs no copy and no further stream. */
  function guardReads(stream: Duplex, guard: PacketGuard): void {
    const read = stream.read.bind(stream);
    let isFaulty = false;
    stream.read = (size?: number) => {
      if (isFaulty || isStopping) return null;
      const chunk: unknown = read(size);
      const fault = chunk instanceof Uint8Array ? guard.accept(chunk) : undefined;
      if (!fault) return chunk;
      isFaulty = true;
      refusals.count(fault.reason);
      endFaulty(stream, fault);
      return null;
    };
  }

  return {
    start,
    async stop() {
      const stopping = aedes;
      if (!stopping) return;
      isStopping = true;
      await traffic.allAnswered(STOP_PATIENCE_MS);
      // The PUBREC of QoS 2 is written a turn later.
      await new Promise<void>((resolve) => setImmediate(resolve));
      await new Promise<void>((resolve) => stopping.close(resolve));
      aedes = undefined;
      for (const stream of open) stream.destroy();
    },
    handle(stream, request) {
      const address = addressOf(stream, request);
      const refused = table.open(stream, address);
      if (!aedes || isStopping || refused) {
        if (refused) refusals.count(refused);
        stream.on('error', () => undefined);
        stream.destroy();
        return;
      }
      open.add(stream);
      stream.once('close', () => open.delete(stream));
      const guard = createPacketGuard(limits.packet);
      guardReads(stream, guard);
      const client = aedes.handle(stream, request);
      const session = newSession({ stream, address, guard });
      sessions.set(client, session);
      deliverOnceAtBestQos(client, (topic) => grantedQos(session, topic) ?? 0);
      // aedes has no hook for UNSUBSCRIBE; its filters have to be mounted like those of SUBSCRIBE.
      watchUnsubscribe(client, (filter) => {
        const mounted = (session.identity && policy.filter(session.identity, filter)) ?? filter;
        session.filters.delete(mounted);
        return mounted;
      });
    },
    publish(school, topic, payload) {
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
    disconnect: (identity) => admission.revoke(identity),
    connections: () => table.size(),
  };
}

/** Closes; says why first where the standard wants it said. */
function endFaulty(stream: Duplex, { reason, connack }: PacketFault): void {
  if (connack === undefined) stream.destroy(new Error(`the peer broke a rule of MQTT: ${reason}`));
  else stream.end(Buffer.from([0x20, 2, 0, connack]), () => stream.destroy());
}

function addressOf(stream: Duplex, request: IncomingMessage | undefined): string {
  const peer = request?.socket ?? stream;
  return 'remoteAddress' in peer && typeof peer.remoteAddress === 'string' ? peer.remoteAddress : '';
}
