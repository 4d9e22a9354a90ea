/** An ordinary gateway, as MQTT.js sees the world. */
import { connectAsync, type IClientOptions, type MqttClient } from 'mqtt';

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

const CONNECT_DEADLINE_MS = 10_000;
const ACK_DEADLINE_MS = 15_000;

/** Connects once, without trying again; rejects with the broker's reason. */
export function connectGateway(
  url: string,
  { username, password }: Credentials,
  options: IClientOptions = {},
): Promise<MqttClient> {
  return connectAsync(
    url,
    { username, password, protocolVersion: 4, reconnectPeriod: 0, connectTimeout: CONNECT_DEADLINE_MS, ...options },
    false,
  );
}

export type Payload = string | Buffer | object;

/** Publishes with QoS 1 and waits for the PUBACK; objects go as JSON. */
export async function publishAndWait(
  client: MqttClient,
  topic: string,
  payload: Payload,
  { deadlineMs = ACK_DEADLINE_MS, retain = false }: { readonly deadlineMs?: number; readonly retain?: boolean } = {},
): Promise<void> {
  const bytes = typeof payload === 'string' || Buffer.isBuffer(payload) ? payload : JSON.stringify(payload);
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no PUBACK for ${topic} within ${deadlineMs} ms`)), deadlineMs);
  });
  try {
    await Promise.race([client.publishAsync(topic, bytes, { qos: 1, retain }), tooLate]);
  } finally {
    clearTimeout(timer);
  }
}
