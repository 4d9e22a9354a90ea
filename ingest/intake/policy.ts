/** Who may do what at the broker: gateways by credential, or nobody in particular for protocol test suites. */
import { gatewayId, schoolId } from '../../contracts/ids.ts';
import type { Login, LoginGate } from './loginGate.ts';
import { type Identity, mountpointOf, resolveFilter, resolveTopic, unmount } from './mountpoint.ts';

export interface BrokerPolicy {
  login(username: string | undefined, password: Uint8Array | undefined, address: string): Login;
  /** The id under which the broker keeps the session of who has logged in. `clientId` is not empty. */
  sessionId(identity: Identity, clientId: string): string;
  /** Topic after the mountpoint, or foreign. */
  publishTopic(identity: Identity, topic: string): ReturnType<typeof resolveTopic>;
  /** Topic inside the broker. */
  brokerTopic(identity: Identity, topic: string): string;
  /** Filter inside the broker, undefined = refused (SUBACK 128). */
  filter(identity: Identity, filter: string): string | undefined;
  /** Topic as this subscriber knows it, undefined = not for it. */
  delivered(identity: Identity, topic: string): string | undefined;
  /** Sessions, offline queues and retained messages survive; for gateways they do not. */
  readonly keepsSessions: boolean;
}

export function gatewayPolicy(gate: Pick<LoginGate, 'tryLogin'>): BrokerPolicy {
  return {
    login: (username, password, address) => gate.tryLogin(username, password, address),
    // Two gateways may use one client id, and nobody can end another's session by naming it.
    sessionId: ({ school, gateway }, clientId) => `${school}/${gateway}\n${clientId}`,
    publishTopic: (identity, topic) => resolveTopic(identity.school, topic),
    brokerTopic: (identity, topic) => mountpointOf(identity.school) + topic,
    filter: (identity, filter) => resolveFilter(identity.school, filter),
    delivered: (identity, topic) => unmount(identity.school, topic),
    keepsSessions: false,
  };
}

/** Where nobody can subscribe: the broker would take `$SYS/…` from a client for its own voice. */
const UNHEARD = '$ioc/';

/** IOC_PROFILE=conformance: anonymous, no mountpoint, one refused filter so that a suite can see a refusal. */
export function conformancePolicy(): BrokerPolicy {
  const anybody: Identity = { school: schoolId.parse('conformance'), gateway: gatewayId.parse('conformance') };
  return {
    login: () => ({ ok: true, identity: anybody }),
    sessionId: (_identity, clientId) => clientId,
    publishTopic: (_identity, topic) => ({ kind: 'own', topic }),
    brokerTopic: (_identity, topic) => (topic.startsWith('$') ? UNHEARD + topic : topic),
    filter: (_identity, filter) => (filter.startsWith('$') || filter === 'test/nosubscribe' ? undefined : filter),
    delivered: (_identity, topic) => (topic.startsWith('$') ? undefined : topic),
    keepsSessions: true,
  };
}
