/** Messages in and out of the broker: the aedes hooks for PUBLISH, SUBSCRIBE and every delivery. */
import type { AedesOptions, Subscription } from 'aedes';
import type { Accept, AcceptedMessage } from './acceptedMessage.ts';
import type { IntakeLimits } from './limits.ts';
import type { BrokerPolicy } from './policy.ts';
import type { Refusals } from './refusals.ts';
import type { Session, Sessions } from './session.ts';
import type { SessionStore } from './sessionStore.ts';
import { filterMatches } from './topicText.ts';

export interface TrafficParts {
  readonly policy: BrokerPolicy;
  readonly limits: Pick<IntakeLimits, 'subscriptionsPerSession' | 'unreadBytes'>;
  readonly sessions: Sessions;
  readonly store: Pick<SessionStore, 'hasIncoming'>;
  readonly refusals: Pick<Refusals, 'count'>;
  /** An error closes the connection unacknowledged. */
  readonly accept: Accept;
}

export interface Traffic {
  readonly authorizePublish: NonNullable<AedesOptions['authorizePublish']>;
  readonly authorizeSubscribe: NonNullable<AedesOptions['authorizeSubscribe']>;
  readonly authorizeForward: NonNullable<AedesOptions['authorizeForward']>;
  /** When everything taken in was acknowledged, or after so many milliseconds. */
  allAnswered(withinMs: number): Promise<void>;
}

/** The highest QoS granted for this topic; undefined: not subscribed. */
export function grantedQos({ filters }: Session, topic: string): Subscription['qos'] | undefined {
  let best: Subscription['qos'] | undefined;
  for (const [filter, qos] of filters)
    if ((best === undefined || qos > best) && filterMatches(filter, topic)) best = qos;
  return best;
}

export function createTraffic({ policy, limits, sessions, store, refusals, accept }: TrafficParts): Traffic {
  let unanswered = 0;
  let onAllAnswered: () => void = () => undefined;

  /** One turn later aedes has the id in its store: what repeats it is answered from there. */
  function received({ receiving }: Session, id: number, error: Error | undefined): void {
    setImmediate(() => {
      const waiting = receiving.get(id) ?? [];
      receiving.delete(id);
      for (const callback of waiting) callback(error);
    });
  }

  return {
    authorizePublish(client, packet, callback) {
      const session = client ? sessions.get(client) : undefined;
      // A will of who never logged in, or no longer may, belongs to nobody.
      if (!client || !session?.identity) return callback(new Error('publish without identity'));
      const { identity, receiving } = session;
      const id = packet.qos === 2 ? packet.messageId : undefined;
      if (id !== undefined) {
        // [MQTT-4.3.3-2]: until its PUBREL the same id is the same message; aedes answers it once it knows the first.
        if (store.hasIncoming(client.id, id)) return callback();
        const waiting = receiving.get(id);
        if (waiting) return void waiting.push(callback);
        receiving.set(id, []);
      }
      const resolved = policy.publishTopic(identity, packet.topic);
      const retained = packet.retain;
      if (!policy.keepsSessions) packet.retain = false;
      packet.dup = false; // [MQTT-3.3.1-3]: says something of this delivery, nothing of the next
      const message: AcceptedMessage = {
        identity,
        topic: resolved.topic,
        foreign: resolved.kind === 'foreign',
        payload: typeof packet.payload === 'string' ? Buffer.from(packet.payload) : packet.payload,
        retained,
        patienceMs: session.keepaliveMs,
      };
      // A foreign topic stays where it is written, but below the sender's own mountpoint: nobody else can see it.
      packet.topic = policy.brokerTopic(identity, resolved.topic);
      unanswered++;
      accept(message, (error) => {
        callback(error ?? null);
        if (id !== undefined) received(session, id, error);
        if (--unanswered === 0) onAllAnswered();
      });
    },

    authorizeSubscribe(client, subscription, callback) {
      const session = sessions.get(client);
      const filter = session?.identity && policy.filter(session.identity, subscription.topic);
      if (!session || filter === undefined) return callback(null, null);
      if (!session.filters.has(filter) && session.filters.size >= limits.subscriptionsPerSession) {
        refusals.count('subscriptions');
        return callback(null, null);
      }
      session.filters.set(filter, subscription.qos);
      subscription.topic = filter;
      callback(null, subscription);
    },

    // The last word on every delivery: live, queued or retained.
    authorizeForward(client, packet) {
      const session = sessions.get(client);
      const topic = session?.identity && policy.delivered(session.identity, packet.topic);
      if (!session || topic === undefined) return null;
      const qos = grantedQos(session, packet.topic);
      // What was sent before is completed [MQTT-3.10.4-3].
      if (qos === undefined && !packet.dup) return null;
      if (session.stream.writableLength > limits.unreadBytes) {
        if (!session.stream.destroyed) refusals.count('slow-subscriber');
        session.stream.destroy(new Error('the subscriber does not read'));
        return null;
      }
      // [MQTT-3.8.4-6]; aedes lowers it only for filters without wildcards.
      if (qos !== undefined && qos < packet.qos) packet.qos = qos;
      packet.topic = topic;
      return packet;
    },

    allAnswered(withinMs) {
      if (unanswered === 0) return Promise.resolve();
      return new Promise((resolve) => {
        onAllAnswered = resolve;
        setTimeout(resolve, withinMs).unref();
      });
    },
  };
}
