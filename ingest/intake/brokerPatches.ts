/** What aedes 1.2 has no hook for, changed on the one client. Each throws when aedes no longer is as it was. */
import type { AedesPublishPacket, Client, UnsubscribePacket } from 'aedes';

/** `mount` gets every filter of an UNSUBSCRIBE and returns the one the broker knows. */
export function watchUnsubscribe(client: Client, mount: (filter: string) => string): void {
  const parser: unknown = Reflect.get(client, '_parser');
  if (!isEmitter(parser)) throw new Error('aedes has changed: its client has no packet parser');
  parser.prependListener('packet', (packet: { readonly cmd: string }) => {
    if (isUnsubscribe(packet)) packet.unsubscriptions = packet.unsubscriptions.map(mount);
  });
}

type Deliver = (packet: AedesPublishPacket, done: () => void) => void;

/**
 * [MQTT-3.3.5-1]: with overlapping subscriptions the highest QoS counts. aedes delivers through whichever matches first
 * and drops the rest as repeats, so the one with QoS 0 has to step back.
 */
export function deliverOnceAtBestQos(client: Client, grantedQos: (topic: string) => number): void {
  const deliver: unknown = Reflect.get(client, 'deliver0');
  if (!isDeliver(deliver)) throw new Error('aedes has changed: its client has no deliver0');
  Reflect.set(client, 'deliver0', (packet: AedesPublishPacket, done: () => void) => {
    if (packet.qos > 0 && grantedQos(packet.topic) > 0) setImmediate(done);
    else deliver(packet, done);
  });
}

function isEmitter(value: unknown): value is NodeJS.EventEmitter {
  return (
    typeof value === 'object' &&
    value !== null &&
    'prependListener' in value &&
    typeof value.prependListener === 'function'
  );
}

function isDeliver(value: unknown): value is Deliver {
  return typeof value === 'function';
}

function isUnsubscribe(packet: { readonly cmd: string }): packet is UnsubscribePacket {
  return packet.cmd === 'unsubscribe';
}
