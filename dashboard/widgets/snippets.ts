/** Settings to paste into what schools have. Passwords are made of letters, digits, - and _: no quoting can go wrong. */
export interface Credential {
  readonly host: string;
  readonly port: number;
  readonly gateway: string;
  readonly username: string;
  readonly password: string;
}

export const SNIPPET_IDS = ['test', 'bridge', 'tasmota', 'zigbee2mqtt', 'esphome'] as const;
export type SnippetId = (typeof SNIPPET_IDS)[number];

export function snippet(id: SnippetId, { host, port, gateway, username, password }: Credential): string {
  switch (id) {
    case 'test':
      return `mosquitto_pub -h ${host} -p ${port} -i '${gateway}-test' -u '${username}' -P '${password}' -q 1 \\
  -t 'thu-nghiem/readings' -m '[{"n":"temperature","u":"Cel","v":28.5},{"n":"co2","u":"ppm","v":640}]'`;
    case 'bridge':
      // QoS 1 and a kept session: what was measured while the line was down arrives afterwards
      return `# /etc/mosquitto/conf.d/edu-ioc.conf
persistence true
autosave_interval 60
max_queued_messages 0

connection edu-ioc
address ${host}:${port}
remote_clientid ${gateway}
remote_username ${username}
remote_password ${password}
cleansession false
notifications false
try_private false
bridge_protocol_version mqttv311
topic # out 1`;
    case 'tasmota':
      return `Backlog MqttHost ${host}; MqttPort ${port}; MqttUser ${username}; MqttPassword ${password}; TelePeriod 60`;
    case 'zigbee2mqtt':
      return `# data/configuration.yaml
mqtt:
  base_topic: zigbee2mqtt
  server: mqtt://${host}:${port}
  client_id: '${gateway}'
  user: '${username}'
  password: '${password}'
advanced:
  last_seen: ISO_8601`;
    case 'esphome':
      return `mqtt:
  broker: ${host}
  port: ${port}
  username: '${username}'
  password: '${password}'
  discovery: true`;
  }
}

/** A server that listens everywhere, or only on its own machine, is reached by the name in the address bar. */
export function reachableHost(host: string, pageHost: string): string {
  return ['', '0.0.0.0', '::', '127.0.0.1', '::1', 'localhost'].includes(host) ? pageHost : host;
}
