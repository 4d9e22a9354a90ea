/** The Things Stack v3: `v3/<application>@<tenant>/devices/<device>/up`. */
import type { RawMessage } from '../../contracts/message.ts';
import type { Codec, DecodeContext, Decoded } from '../codec.ts';
import { refusal } from './decoded.ts';
import { field, isObject, objectField, parseJson, path, textField, toNumber } from './json.ts';
import { bestRssi, bytesOf, decodeUplink, namesOf } from './lorawan.ts';
import { parseTime } from './time.ts';

const TOPIC = /^v3\/[^/]+\/devices\/([^/]+)\/(.+)$/;

function decode({ topic, payload }: RawMessage, context: DecodeContext): readonly Decoded[] {
  const [, topicName = '', event = ''] = TOPIC.exec(topic) ?? [];
  // Joins, downlink reports, locations: no measurements.
  if (event !== 'up') return [];
  const message = parseJson(payload);
  const uplink = objectField(message, 'uplink_message');
  if (!isObject(message) || !uplink) return [refusal('bad-payload', 'an uplink has an uplink_message', topicName)];
  // Sent by the console's simulator button.
  if (field(message, 'simulated') === true) return [];
  const ids = field(message, 'end_device_ids');
  const deviceId = textField(ids, 'device_id') ?? topicName;
  const device = textField(ids, 'dev_eui') ?? deviceId;
  const bytes = bytesOf(field(uplink, 'frm_payload'));
  if (!bytes) return [refusal('bad-payload', 'frm_payload is base64', device)];
  const normalized = field(uplink, 'normalized_payload');
  return decodeUplink(
    {
      device,
      aliases: [deviceId, device.toLowerCase(), device.toUpperCase()],
      names: [...namesOf(field(uplink, 'version_ids'), 'model_id'), deviceId],
      bytes,
      fPort: toNumber(field(uplink, 'f_port')),
      object: field(uplink, 'decoded_payload') ?? normalized,
      time: parseTime(field(uplink, 'received_at')) ?? parseTime(path(message, 'received_at')),
      rssi: bestRssi(field(uplink, 'rx_metadata')),
    },
    context,
  );
}

export const ttn: Codec = { id: 'ttn', claims: (topic) => topic.startsWith('v3/') && TOPIC.test(topic), decode };
