/** CONNECT: who comes in, under which session, and what the others are told. The aedes hooks preConnect and authenticate. */
import type { AedesOptions, AuthenticateError, Client } from 'aedes';
import type { IntakeLimits } from './limits.ts';
import type { Identity } from './mountpoint.ts';
import type { BrokerPolicy } from './policy.ts';
import type { Refusals, Refused } from './refusals.ts';
import { CONNACK, type RefusedConnack, type Session, type Sessions } from './session.ts';

export interface AdmissionParts {
  readonly policy: BrokerPolicy;
  readonly limits: Pick<IntakeLimits, 'keepaliveS' | 'clientIdBytes' | 'connectionsPerGateway'>;
  readonly sessions: Sessions;
  readonly refusals: Pick<Refusals, 'count'>;
  readonly isOverloaded: () => boolean;
  readonly onAdmitted: (session: Session) => void;
  /** First session of a gateway opened, last one closed. */
  readonly onPresence: (identity: Identity, state: 'online' | 'offline') => void;
  readonly onRefusedLogin: (username: string | undefined, address: string, reason: Refused) => void;
}

export interface Admission {
  readonly preConnect: NonNullable<AedesOptions['preConnect']>;
  readonly authenticate: NonNullable<AedesOptions['authenticate']>;
  /** Ends the live sessions of this gateway; their wills are not spoken. */
  revoke(identity: Identity): void;
}

const refusal = (reason: Refused, connack: RefusedConnack): AuthenticateError =>
  Object.assign(new Error(`refused: ${reason}`), { returnCode: connack });

export function createAdmission({
  policy,
  limits,
  sessions,
  refusals,
  isOverloaded,
  onAdmitted,
  onPresence,
  onRefusedLogin,
}: AdmissionParts): Admission {
  const gateways = new Map<string, Set<Client>>();
  const keyOf = ({ school, gateway }: Identity) => `${school}/${gateway}`;

  function faultOf(clientId: string, keepaliveS: number): Session['refusal'] {
    if (isOverloaded()) return { reason: 'overload', connack: CONNACK.serverUnavailable };
    if (keepaliveS < limits.keepaliveS.min || keepaliveS > limits.keepaliveS.max)
      return { reason: 'keep-alive', connack: CONNACK.identifierRejected };
    if (Buffer.byteLength(clientId) > limits.clientIdBytes)
      return { reason: 'client-id', connack: CONNACK.identifierRejected };
    return undefined;
  }

  function opened(identity: Identity, client: Client): void {
    const clients = gateways.get(keyOf(identity)) ?? new Set();
    gateways.set(keyOf(identity), clients.add(client));
    if (clients.size === 1) onPresence(identity, 'online');
  }

  function closed(identity: Identity, client: Client): void {
    const clients = gateways.get(keyOf(identity));
    if (!clients?.delete(client) || clients.size > 0) return;
    gateways.delete(keyOf(identity));
    onPresence(identity, 'offline');
  }

  return {
    preConnect(client, packet, callback) {
      const session = sessions.get(client);
      if (!session) return callback(new Error('connect without session'), false);
      const keepaliveS = packet.keepalive ?? 0;
      session.clientId = packet.clientId;
      session.keepaliveMs = keepaliveS === 0 ? Number.POSITIVE_INFINITY : keepaliveS * 1_000;
      // Said in authenticate: from here aedes would close without a CONNACK.
      session.refusal = faultOf(packet.clientId, keepaliveS);
      // Until the login is proven it has a random id: a refused one must not touch what is kept under a name.
      packet.clientId = '';
      // What a gateway must know after an outage it is told on connecting; a queue for it would only grow.
      if (!policy.keepsSessions) packet.clean = true;
      callback(null, true);
    },

    authenticate(client, username, password, done) {
      const session = sessions.get(client);
      const refuse = (reason: Refused, connack: RefusedConnack) => {
        refusals.count(reason);
        done(refusal(reason, connack), false);
      };
      if (!session) return refuse('framing', CONNACK.serverUnavailable);
      if (session.refusal) return refuse(session.refusal.reason, session.refusal.connack);
      const login = policy.login(username, password, session.address);
      if (!login.ok) {
        onRefusedLogin(username, session.address, login.reason);
        const connack = login.reason === 'locked-out' ? CONNACK.notAuthorised : CONNACK.badCredentials;
        if (login.delayMs === 0) return refuse(login.reason, connack);
        setTimeout(refuse, login.delayMs, login.reason, connack).unref();
        return;
      }
      const { identity } = login;
      if ((gateways.get(keyOf(identity))?.size ?? 0) >= limits.connectionsPerGateway)
        return refuse('connections-per-gateway', CONNACK.serverUnavailable);
      session.identity = identity;
      // aedes declares the id read-only, and uses it only from here on.
      if (session.clientId !== '') Object.assign(client, { id: policy.sessionId(identity, session.clientId) });
      onAdmitted(session);
      // From here, not from CONNACK: a credential revoked in between must find the session.
      opened(identity, client);
      session.stream.once('close', () => closed(identity, client));
      done(null, true);
    },

    revoke(identity) {
      for (const client of gateways.get(keyOf(identity)) ?? []) {
        const session = sessions.get(client);
        if (session) session.identity = undefined;
        client.close();
      }
    },
  };
}
