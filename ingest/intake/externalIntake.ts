/** The external broker as a door of ours: its messages, placed by topic, go the way of all messages. */
import type { GatewayId, SchoolId } from '../../contracts/ids.ts';
import type { AcceptedMessage } from './acceptedMessage.ts';
import { createExternalBroker, type ExternalBroker, type ExternalBrokerParts } from './externalBroker.ts';
import { createExternalPlaces, type ExternalPlaces } from './externalPlaces.ts';

/** One connection per process carries more than a process can decode; the number is part of the fixed client id. */
const SLOT = 0;

export type ExternalIntake = ExternalBroker & Omit<ExternalPlaces, 'place'>;

export interface ExternalSource {
  readonly url: URL;
  /** Random, made once and kept: two installations must not share a session. */
  readonly installation: string;
  readonly schools: Iterable<SchoolId>;
}

export function createExternalIntake({
  url,
  installation,
  schools,
  gateways,
  accept,
  now,
  log,
}: ExternalSource & {
  readonly gateways: Iterable<{ readonly school: SchoolId; readonly id: GatewayId }>;
  readonly accept: (message: AcceptedMessage, done: (error?: Error) => void) => void;
} & Pick<ExternalBrokerParts, 'now' | 'log'>): ExternalIntake {
  const { place, ...enrolment } = createExternalPlaces(schools, gateways);
  const broker = createExternalBroker({
    url,
    clientId: `edu-ioc-${installation}-${SLOT}`,
    accept({ topic, gateway, payload, retained }, done) {
      // Not `foreign`: that is an attempt of a gateway we know. Here the broker decides who may write where.
      accept({ ...place(topic, gateway), foreign: false, payload, retained }, done);
    },
    now,
    log,
  });
  return { ...broker, ...enrolment };
}
