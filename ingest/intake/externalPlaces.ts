/**
 * Where a message of an external broker belongs. There the broker, not we, checked who may write to
 * `schools/<school>/…`, so the topic is all there is to go by; which gateway sent it is only known if somebody says so:
 * the MQTT 5 user property `gateway`, else `<gateway>/status` of an enrolled gateway, else the gateway is `external`.
 */
import { type GatewayId, gatewayId, type SchoolId, schoolId } from '../../contracts/ids.ts';
import type { RawMessage } from '../../contracts/message.ts';
import { type Identity, mountpointOf } from './mountpoint.ts';

/** Stands for the gateway nobody named. Codec memory (announcements, aliases) is then shared within the school. */
export const UNNAMED_GATEWAY = gatewayId.parse('external');
/** Stands for the school when the topic has none, or none that could ever be enrolled. Only the quarantine sees it. */
export const NO_SCHOOL = schoolId.parse('unknown');

const ROOT = 'schools/';
const NATIVE_STATUS = '/status';

export interface Placed {
  readonly identity: Identity;
  /** After the mountpoint; the whole topic when the school is not known, which puts it into the quarantine. */
  readonly topic: string;
}

export interface ExternalPlaces {
  /** `claimedGateway`: what the sender says about itself, unchecked. */
  place(topic: string, claimedGateway: string | undefined): Placed;
  /** The topic as it is to be read now: a school may have been enrolled since the message came. */
  placeAgain(school: SchoolId, topic: string): string;
  putSchool(school: SchoolId): void;
  putGateway(identity: Identity): void;
  removeGateway(identity: Identity): void;
}

export function createExternalPlaces(
  schools: Iterable<SchoolId>,
  gateways: Iterable<{ readonly school: SchoolId; readonly id: GatewayId }>,
): ExternalPlaces {
  const known = new Map<string, { readonly id: SchoolId; readonly gateways: Map<string, GatewayId> }>();

  function putSchool(school: SchoolId) {
    const entry = known.get(school) ?? { id: school, gateways: new Map<string, GatewayId>() };
    known.set(school, entry);
    return entry;
  }
  for (const school of schools) putSchool(school);
  for (const { school, id } of gateways) putSchool(school).gateways.set(id, id);

  function place(topic: string, claimedGateway: string | undefined): Placed {
    const claimed = claimedGateway === undefined ? undefined : gatewayId.safeParse(claimedGateway).data;
    const slash = topic.startsWith(ROOT) ? topic.indexOf('/', ROOT.length) : -1;
    const name = slash === -1 ? '' : topic.slice(ROOT.length, slash);
    const rest = slash === -1 ? '' : topic.slice(slash + 1);
    const entry = known.get(name);
    if (!entry || rest === '') {
      const school = schoolId.safeParse(name).data ?? NO_SCHOOL;
      return { identity: { school, gateway: claimed ?? UNNAMED_GATEWAY }, topic };
    }
    const gateway = claimed ?? statusOf(rest, entry.gateways) ?? UNNAMED_GATEWAY;
    return { identity: { school: entry.id, gateway }, topic: rest };
  }

  return {
    place,
    placeAgain(school, topic) {
      const prefix = mountpointOf(school);
      return known.has(school) && topic.startsWith(prefix) && topic.length > prefix.length
        ? topic.slice(prefix.length)
        : topic;
    },
    putSchool: (school) => void putSchool(school),
    putGateway: ({ school, gateway }) => void putSchool(school).gateways.set(gateway, gateway),
    removeGateway: ({ school, gateway }) => void known.get(school)?.gateways.delete(gateway),
  };
}

/** True for what `place` left whole: the school in the topic is the message's own, yet the prefix is still there. */
export function isOfUnknownSchool({ school, topic }: Pick<RawMessage, 'school' | 'topic'>): boolean {
  return school === NO_SCHOOL || topic.startsWith(mountpointOf(school));
}

function statusOf(topic: string, gateways: ReadonlyMap<string, GatewayId>): GatewayId | undefined {
  return topic.endsWith(NATIVE_STATUS) ? gateways.get(topic.slice(0, -NATIVE_STATUS.length)) : undefined;
}
