/**
 * Acknowledging later: the only file that reaches inside MQTT.js. The version is pinned and externalAck.test.ts, which
 * watches the bytes on the wire, fails when it changes.
 *
 * MQTT.js takes one message at a time and sends PUBACK when handleMessage calls back. Waiting for the disk there would
 * mean one sync per message. Called back with an error it skips the PUBACK and takes the next one, without an event
 * (build/lib/handlers/publish.js), so many messages can wait for one sync; their PUBACKs are sent here, by `_sendPacket`.
 */
import type { IPublishPacket, MqttClient } from 'mqtt';

const LATER = new Error('will be acknowledged when it is on the disk');

export interface LaterAcks {
  /** Messages accepted and not on the disk yet. */
  waiting(): number;
  /** From now on messages are neither accepted nor acknowledged: the broker keeps them. */
  close(): void;
}

/**
 * `client` must be made for one connection (`reconnectPeriod: 0`): then a PUBACK can never reach another connection,
 * where the same message id may belong to another message.
 */
export function acknowledgeLater({
  client,
  accept,
  onRefused,
  maxWaitingBytes,
}: {
  readonly client: MqttClient;
  /** Calls back when the message is durable, or with why it is not. */
  readonly accept: (packet: IPublishPacket, done: (error?: Error) => void) => void;
  readonly onRefused: (error: Error, packet: IPublishPacket) => void;
  /** Above it nothing more is read from the socket: QoS 0 and MQTT 3.1.1 know no other window. */
  readonly maxWaitingBytes: number;
}): LaterAcks {
  const sendPacket: unknown = Reflect.get(client, '_sendPacket');
  if (typeof sendPacket !== 'function' || client.options.reconnectPeriod !== 0)
    throw new Error('MQTT.js has changed, or the client would reconnect by itself');
  let waiting = 0;
  let waitingBytes = 0;
  let closed = false;
  let heldBack: (() => void) | undefined;

  function acknowledge({ qos, messageId }: IPublishPacket): void {
    // Without a connection MQTT.js would keep the PUBACK for later; the broker delivers again instead.
    if (qos !== 1 || messageId === undefined || !client.connected) return;
    Reflect.apply(sendPacket as () => void, client, [{ cmd: 'puback', messageId, reasonCode: 0 }]); // a function: checked above
  }

  client.handleMessage = (packet, next) => {
    if (closed) return next(LATER);
    const bytes = packet.topic.length + packet.payload.length;
    waiting++;
    waitingBytes += bytes;
    accept(packet, (error) => {
      waiting--;
      waitingBytes -= bytes;
      if (error) onRefused(error, packet);
      else acknowledge(packet);
      if (heldBack === undefined || waitingBytes > maxWaitingBytes / 2) return;
      const goOn = heldBack;
      heldBack = undefined;
      goOn();
    });
    if (waitingBytes > maxWaitingBytes) heldBack = () => next(LATER);
    else next(LATER);
  };

  return {
    waiting: () => waiting,
    close() {
      closed = true;
      heldBack?.();
      heldBack = undefined;
    },
  };
}
