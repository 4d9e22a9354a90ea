/** Who may do what at the broker: gateways by credential, or nobody in particular for protocol test suites. */
import { gatewayId, schoolId } from '../../contracts/ids.ts';
import type { Credentials } from './credentials.ts';
import { type Identity, isCleanText, mountpointOf, resolveFilter, resolveTopic, unmount } from './mountpoint.ts';

export interface BrokerPolicy {
  identify(username: string | undefined, password: Uint8Array | undefined): Identity | undefined;
  /** The id under which the broker keeps the session. `claimed`: the user name in the packet, not proven yet. */
  sessionId(claimed: string | undefined, clientId: string): string;
  /** Topic after the mountpoint, or foreign. */
  publishTopic(identity: Identity, topic: string): ReturnType<typeof resolveTopic>;
  /** Topic inside the broker. */
  brokerTopic(identity: Identity, topic: string): string;
  /** Filter inside the broker, undefined = refused (SUBACK 128). */
  filter(identity: Identity, filter: string): string | undefined;
  /** Topic as this subscriber knows it, undefined = not for it. */
  delivered(identity: Identity, topic: string): string | undefined;
  /** Sessions, offline queues and retained messages survive; for gateways they do not (nothing bounds them). */
  readonly keepsSessions: boolean;
}

export function gatewayPolicy(credentials: Credentials): BrokerPolicy {
  return {
    identify: (username, password) =>
      username === undefined ? undefined : credentials.identify(username, password ?? new Uint8Array()),
    // Two gateways may use one client id, and nobody can end another's session by naming it.
    sessionId: (claimed, clientId) => (clientId === '' ? '' : `${claimed ?? ''}\n${clientId}`),
    publishTopic: (identity, topic) => resolveTopic(identity.school, topic),
    brokerTopic: (identity, topic) => mountpointOf(identity.school) + topic,
    filter: (identity, filter) => (isCleanText(filter) ? resolveFilter(identity.school, filter) : undefined),
    delivered: (identity, topic) => unmount(identity.school, topic),
    keepsSessions: false,
  };
}

/** IOC_PROFILE=conformance: anonymous, no mountpoint, one refused filter so that a suite can see a refusal. */
export function conformancePolicy(): BrokerPolicy {
  const anybody: Identity = { school: schoolId.parse('conformance'), gateway: gatewayId.parse('conformance') };
  return {
    identify: () => anybody,
    sessionId: (_claimed, clientId) => clientId,
    publishTopic: (_identity, topic) => ({ kind: 'own', topic }),
    brokerTopic: (_identity, topic) => topic,
    filter: (_identity, filter) => (filter.startsWith('$') || filter === 'test/nosubscribe' ? undefined : filter),
    delivered: (_identity, topic) => (topic.startsWith('$') ? undefined : topic),
    keepsSessions: true,
  };
}
