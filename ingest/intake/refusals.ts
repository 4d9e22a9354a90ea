/** What the way in turned away, by reason: a fixed list, so that a label can never be made up from outside. */
export const REFUSED = [
  'packet-size',
  'framing',
  'text',
  'protocol-version',
  'client-id',
  'keep-alive',
  'bad-credentials',
  'locked-out',
  'overload',
  'connections',
  'connections-per-address',
  'connections-per-gateway',
  'never-logged-in',
  'subscriptions',
  'slow-subscriber',
  'offline-queue',
  'retained',
  'text-frame',
] as const;
export type Refused = (typeof REFUSED)[number];

export interface Refusals {
  count(reason: Refused): void;
  all(): Readonly<Record<Refused, number>>;
}

export function createRefusals(): Refusals {
  const counts = new Map<Refused, number>(REFUSED.map((reason) => [reason, 0]));
  return {
    count: (reason) => void counts.set(reason, (counts.get(reason) ?? 0) + 1),
    // The keys are those of REFUSED, each set above: fromEntries only forgets their names.
    all: () => Object.fromEntries(counts) as Record<Refused, number>,
  };
}
