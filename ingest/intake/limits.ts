/** Everything the way in bounds, in one object. Generous for gateways: honest ones never notice. */
import type { PacketLimits } from './packetGuard.ts';

/** Largest payload of one message, MQTT or HTTP. Real packs have a few kB; a week of one device's backlog fits. */
export const MAX_MESSAGE_BYTES = 256 * 1024;
/** What the broker library can match; deeper topics would end the process. */
const MATCHED_LEVELS = 100;

export interface RateLimits {
  /** Sustained; what exceeds it is acknowledged later, never dropped. */
  readonly messagesPerSecond: number;
  readonly burstMessages: number;
  readonly bytesPerSecond: number;
  readonly burstBytes: number;
}

export interface LoginLimits {
  /** Wrong passwords from one address for one user name, within the window, before both together are locked. */
  readonly failuresBeforeLock: number;
  readonly windowMs: number;
  readonly lockMs: number;
  /** Wrong passwords from one address, or for one user name, that are answered at once; later ones wait. */
  readonly freeFailures: number;
  readonly delayPerFailureMs: number;
  readonly maxDelayMs: number;
  /** Addresses, user names and pairs remembered; beyond, the oldest are forgotten. */
  readonly maxRemembered: number;
}

export interface OverloadLimits {
  readonly slow: Pressure;
  readonly refuse: Pressure;
  /** Added to every acknowledgement while slow. */
  readonly slowDownMs: number;
}

/** Any one of them reached makes the level. */
export interface Pressure {
  readonly waitingBytes: number;
  readonly oldestMs: number;
  readonly loopDelayMs: number;
}

export interface IntakeLimits {
  readonly packet: PacketLimits;
  readonly rate: RateLimits;
  readonly login: LoginLimits;
  readonly overload: OverloadLimits;
  readonly connections: number;
  /** A school has one address; a simulator has one for a whole district. */
  readonly connectionsPerAddress: number;
  readonly connectionsPerGateway: number;
  /** Connections of one address, and of all, that have not logged in; the oldest is cut for a newer one. */
  readonly waitingPerAddress: number;
  readonly waiting: number;
  readonly connectTimeoutMs: number;
  readonly subscriptionsPerSession: number;
  /** Seconds, inclusive. Keep-alive 0 asks never to be missed and is outside unless the minimum is 0. */
  readonly keepaliveS: { readonly min: number; readonly max: number };
  readonly clientIdBytes: number;
  /** A subscriber with more than this unread is cut; nobody waits for it. */
  readonly unreadBytes: number;
  readonly drainTimeoutMs: number;
  /** QoS 2 messages without their PUBREL, per connection. */
  readonly inflightQos2: number;
  readonly retainedMessages: number;
  /** Messages kept for one absent session. */
  readonly offlineQueue: number;
}

export const GATEWAY_LIMITS: IntakeLimits = {
  packet: {
    beforeConnack: 16 * 1024,
    afterConnack: MAX_MESSAGE_BYTES + 1_024 + 8,
    topicBytes: 1_024,
    topicLevels: MATCHED_LEVELS - 2, // the mountpoint has two
  },
  rate: {
    messagesPerSecond: 5_000,
    burstMessages: 50_000,
    bytesPerSecond: 8 * 1024 * 1024,
    burstBytes: 64 * 1024 * 1024,
  },
  login: {
    failuresBeforeLock: 10,
    windowMs: 60_000,
    lockMs: 60_000,
    freeFailures: 10,
    delayPerFailureMs: 100,
    maxDelayMs: 1_000,
    maxRemembered: 20_000,
  },
  overload: {
    slow: { waitingBytes: 16 * 1024 * 1024, oldestMs: 2_000, loopDelayMs: 500 },
    refuse: { waitingBytes: 64 * 1024 * 1024, oldestMs: 8_000, loopDelayMs: 1_500 },
    slowDownMs: 250,
  },
  connections: 20_000,
  connectionsPerAddress: 15_000,
  connectionsPerGateway: 1_000,
  waitingPerAddress: 4_000,
  waiting: 10_000,
  connectTimeoutMs: 10_000,
  subscriptionsPerSession: 100,
  // A gateway that went without a word would hold its slot for one and a half of these.
  keepaliveS: { min: 1, max: 3_600 },
  clientIdBytes: 256,
  unreadBytes: 1024 * 1024,
  drainTimeoutMs: 10_000,
  inflightQos2: 1_000,
  retainedMessages: 0,
  offlineQueue: 0,
};

/** IOC_PROFILE=conformance: what MQTT allows, on loopback; still nothing without a bound. */
export const CONFORMANCE_LIMITS: IntakeLimits = {
  ...GATEWAY_LIMITS,
  packet: {
    beforeConnack: 512 * 1024,
    afterConnack: 1024 * 1024,
    topicBytes: 65_535,
    topicLevels: MATCHED_LEVELS,
  },
  rate: {
    messagesPerSecond: Number.POSITIVE_INFINITY,
    burstMessages: Number.POSITIVE_INFINITY,
    bytesPerSecond: Number.POSITIVE_INFINITY,
    burstBytes: Number.POSITIVE_INFINITY,
  },
  connectionsPerGateway: Number.POSITIVE_INFINITY,
  subscriptionsPerSession: 10_000,
  keepaliveS: { min: 0, max: 65_535 },
  clientIdBytes: 65_535,
  unreadBytes: 16 * 1024 * 1024,
  drainTimeoutMs: 60_000,
  retainedMessages: 10_000,
  offlineQueue: 10_000,
};
