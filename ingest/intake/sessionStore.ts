/**
 * What the broker remembers of sessions, in memory: subscriptions and queues of absent clients, retained messages,
 * QoS 2 ids. In place of the broker's own store, which bounds nothing, keeps refused filters, forgets empty levels in
 * topics, and says neither DUP nor "session present" when it should. Gateways use hardly any of it.
 */
import { Readable } from 'node:stream';
import type { AedesPublishPacket, Client, PublishPacket, Subscription } from 'aedes';
import { filterMatches } from './topicText.ts';

/** Restored with a session that has no subscriptions, and refused then: the broker needs one to call it present. */
export const SESSION_MARK = '$ioc/session';

type Named = Pick<Client, 'id'>;
interface Pubrel {
  readonly cmd: 'pubrel';
  messageId: number;
  readonly brokerId?: string;
  readonly brokerCounter?: number;
}
type Outgoing = (Omit<AedesPublishPacket, 'messageId'> & { messageId?: number | undefined }) | Pubrel;
interface Acknowledgement {
  readonly cmd: 'puback' | 'pubcomp';
  readonly messageId?: number;
}
type Kept = Pick<Subscription, 'topic' | 'qos'> & { readonly clientId: string };

interface Session {
  readonly subscriptions: Map<string, Subscription['qos']>;
  readonly queue: Outgoing[];
}

export interface SessionStoreParts {
  readonly offlineQueue: number;
  readonly retainedMessages: number;
  /** Whether this client was granted this filter: the broker hands over the refused ones as well. */
  readonly isGranted: (client: Client, filter: string) => boolean;
  readonly onDropped: (what: 'offline-queue' | 'retained') => void;
}

/** aedes insists that its persistence is set up by an async function. */
const nothing = async (): Promise<void> => undefined;

/** Shaped as aedes wants its persistence: every answer a promise or a readable of objects. */
export function createSessionStore({ offlineQueue, retainedMessages, isGranted, onDropped }: SessionStoreParts) {
  const retained = new Map<string, PublishPacket>();
  const sessions = new Map<string, Session>();
  const incoming = new Map<string, Map<number, PublishPacket>>();

  function sessionOf(id: string): Session {
    const known = sessions.get(id);
    if (known) return known;
    const session: Session = { subscriptions: new Map(), queue: [] };
    sessions.set(id, session);
    return session;
  }

  function* retainedFor(filters: readonly string[]): Generator<PublishPacket> {
    for (const filter of filters)
      for (const [topic, packet] of retained) if (filterMatches(filter, topic)) yield packet;
  }

  function enqueue(id: string, packet: AedesPublishPacket): void {
    const { queue } = sessionOf(id);
    // [MQTT-3.3.1-9]: for who subscribed before, it is no retained message.
    if (queue.length < offlineQueue) queue.push({ ...packet, retain: false, messageId: undefined });
    else onDropped('offline-queue');
  }

  /** A message by what the broker numbered it, an acknowledgement by the packet id. -1: not in the queue. */
  function find(queue: readonly Outgoing[], packet: Acknowledgement | Outgoing): number {
    if (packet.cmd === 'publish')
      return queue.findIndex(
        ({ brokerId, brokerCounter }) => brokerId === packet.brokerId && brokerCounter === packet.brokerCounter,
      );
    return queue.findIndex(({ messageId }) => messageId !== undefined && messageId === packet.messageId);
  }

  return {
    setup: nothing,
    async storeRetained(packet: PublishPacket): Promise<void> {
      if (packet.payload.length === 0) retained.delete(packet.topic);
      else if (retained.size < retainedMessages || retained.has(packet.topic))
        retained.set(packet.topic, { ...packet });
      else onDropped('retained');
    },
    createRetainedStream: (filter: string) => Readable.from(retainedFor([filter])),
    createRetainedStreamCombi: (filters: readonly string[]) => Readable.from(retainedFor(filters)),

    async addSubscriptions(client: Client, subscriptions: readonly Subscription[]): Promise<void> {
      const session = sessionOf(client.id);
      for (const { topic, qos } of subscriptions) if (isGranted(client, topic)) session.subscriptions.set(topic, qos);
    },
    async removeSubscriptions(client: Named, filters: readonly string[]): Promise<void> {
      for (const filter of filters) sessions.get(client.id)?.subscriptions.delete(filter);
    },
    /** Asked for when somebody connects with clean session 0. */
    async subscriptionsByClient(client: Named): Promise<Pick<Subscription, 'topic' | 'qos'>[]> {
      const known = sessions.get(client.id);
      if (!known) {
        sessionOf(client.id);
        return [];
      }
      if (known.subscriptions.size === 0) return [{ topic: SESSION_MARK, qos: 0 }];
      return Array.from(known.subscriptions, ([topic, qos]) => ({ topic, qos }));
    },
    async cleanSubscriptions(client: Named): Promise<void> {
      sessions.delete(client.id);
    },
    async countOffline(): Promise<{ subsCount: number; clientsCount: number }> {
      let subsCount = 0;
      for (const { subscriptions } of sessions.values()) subsCount += subscriptions.size;
      return { subsCount, clientsCount: sessions.size };
    },
    /** One entry per session, with its highest QoS; who subscribed with QoS 0 gets nothing kept. */
    async subscriptionsByTopic(topic: string): Promise<Kept[]> {
      const found: Kept[] = [];
      for (const [clientId, { subscriptions }] of sessions) {
        let best: Kept | undefined;
        for (const [filter, qos] of subscriptions)
          if (qos > (best?.qos ?? 0) && filterMatches(filter, topic)) best = { clientId, topic: filter, qos };
        if (best) found.push(best);
      }
      return found;
    },
    getClientList: (topic: string) =>
      Readable.from([...sessions].filter(([, { subscriptions }]) => subscriptions.has(topic)).map(([id]) => id)),

    async outgoingEnqueue({ clientId }: { clientId: string }, packet: AedesPublishPacket): Promise<void> {
      enqueue(clientId, packet);
    },
    async outgoingEnqueueCombi(kept: readonly Kept[], packet: AedesPublishPacket): Promise<void> {
      for (const { clientId, qos } of kept) enqueue(clientId, qos < packet.qos ? { ...packet, qos } : packet);
    },
    /** A message got its id, or a PUBREL takes its place. Unknown ones are none of the queue's: retained, or overflow. */
    async outgoingUpdate(client: Named, packet: Outgoing): Promise<void> {
      const queue = sessions.get(client.id)?.queue ?? [];
      const at = find(queue, packet);
      const entry = queue[at];
      if (!entry || packet.messageId === undefined) return;
      if (packet.cmd === 'pubrel') {
        queue[at] = packet;
        return;
      }
      // The broker counts ids per connection and forgets which are still in flight from the one before.
      const isTaken = (id: number) => queue.some((other) => other !== entry && other.messageId === id);
      while (isTaken(packet.messageId)) packet.messageId = (packet.messageId % 65_535) + 1;
      entry.messageId = packet.messageId;
    },
    async outgoingClearMessageId(client: Named, packet: Acknowledgement | Outgoing): Promise<Outgoing | undefined> {
      const queue = sessions.get(client.id)?.queue ?? [];
      const at = find(queue, packet);
      return at === -1 ? undefined : queue.splice(at, 1)[0];
    },
    outgoingStream(client: Named): Readable {
      const queue = sessions.get(client.id)?.queue ?? [];
      // [MQTT-3.3.1-1]: what has an id was sent before.
      return Readable.from(
        queue.map((entry) =>
          entry.cmd === 'publish' && entry.messageId !== undefined ? { ...entry, dup: true } : entry,
        ),
      );
    },

    async incomingStorePacket({ id }: Named, packet: PublishPacket): Promise<void> {
      const ids = incoming.get(id) ?? new Map<number, PublishPacket>();
      incoming.set(id, ids);
      // Only that it came matters: the message itself is in the journal.
      if (packet.messageId !== undefined) ids.set(packet.messageId, { ...packet, payload: '' });
    },
    async incomingGetPacket({ id }: Named, { messageId }: { readonly messageId?: number }): Promise<PublishPacket> {
      const packet = messageId === undefined ? undefined : incoming.get(id)?.get(messageId);
      if (!packet) throw new Error('no such packet');
      return packet;
    },
    async incomingDelPacket({ id }: Named, { messageId }: { readonly messageId?: number }): Promise<void> {
      if (messageId === undefined || !incoming.get(id)?.delete(messageId)) throw new Error('no such packet');
    },
    async cleanIncoming({ id }: Named): Promise<void> {
      incoming.delete(id);
    },
    hasIncoming: (id: string, messageId: number): boolean => incoming.get(id)?.has(messageId) ?? false,

    // A will lives and dies with its connection: in one process nobody else could be left to speak it.
    putWill: nothing,
    getWill: nothing,
    delWill: nothing,
    streamWill: () => Readable.from([]),
    destroy: nothing,
  };
}
export type SessionStore = ReturnType<typeof createSessionStore>;
