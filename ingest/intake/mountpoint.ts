/** A gateway's topics are relative to `schools/<school>/`. Pure text rules; nothing here knows the broker. */
import type { GatewayId, SchoolId } from '../../contracts/ids.ts';

/** Who is on the other end of a connection: one credential of one school. */
export interface Identity {
  readonly school: SchoolId;
  readonly gateway: GatewayId;
}

const ROOT = 'schools/';

export function mountpointOf(school: SchoolId): string {
  return `${ROOT}${school}/`;
}

export type Mounted =
  /** `topic` is what the gateway means, after the mountpoint. */
  | { readonly kind: 'own'; readonly topic: string }
  /** It wrote the prefix of another school, or of none. */
  | { readonly kind: 'foreign'; readonly topic: string };

/** Writing the own prefix is the same as leaving it out; writing another school's is not. */
export function resolveTopic(school: SchoolId, topic: string): Mounted {
  if (!topic.startsWith(ROOT)) return { kind: 'own', topic };
  const prefix = mountpointOf(school);
  return topic.startsWith(prefix) && topic.length > prefix.length
    ? { kind: 'own', topic: topic.slice(prefix.length) }
    : { kind: 'foreign', topic };
}

/**
 * The filter to subscribe with, below the mountpoint, or undefined when it is not allowed: `$` topics, shared
 * subscriptions (the broker would take `$share/…` literally), and other schools.
 */
export function resolveFilter(school: SchoolId, filter: string): string | undefined {
  if (filter.startsWith('$')) return undefined;
  const resolved = resolveTopic(school, filter);
  // A wildcard in the prefix itself (`schools/+/x`, `schools/#`) reads as foreign here, which is right: below the
  // own mountpoint there is no level called `schools`.
  return resolved.kind === 'own' ? mountpointOf(school) + resolved.topic : undefined;
}

/** The topic as the gateway knows it, or undefined when it must not see this message at all. */
export function unmount(school: SchoolId, topic: string): string | undefined {
  const prefix = mountpointOf(school);
  return topic.startsWith(prefix) ? topic.slice(prefix.length) : undefined;
}

/** MQTT 3.1.1 section 1.5.3 and what no topic of ours needs: NUL, control characters, replaced invalid bytes. */
export function isCleanText(text: string): boolean {
  return !/[\p{Cc}\p{Cs}\uFFFD]/u.test(text);
}
