/**
 * `<gateway>/status` with {"state":"online"} or the plain word: a gateway's own will and greeting.
 * Under another name than the gateway's it is a device behind it: ESPHome's `<node>/status` looks the same.
 */
import type { RawMessage } from '../../contracts/message.ts';
import type { Codec, Decoded } from '../codec.ts';
import { deviceStatus, refusal } from './decoded.ts';
import { onlineState } from './json.ts';

const SUFFIX = '/status';
/** What a mosquitto says of itself where it is a bridge, unless told not to: 1 and, as its will, 0. */
const BRIDGE = /^\$SYS\/broker\/connection\/[^/]+\/state$/;

function decode({ topic, payload, gateway }: RawMessage): readonly Decoded[] {
  const name = topic.slice(0, -SUFFIX.length);
  const state = onlineState(payload);
  if (!state) return [refusal('bad-payload', 'state is online or offline', name)];
  return name === gateway || BRIDGE.test(topic) ? [{ type: 'gateway-status', state }] : [deviceStatus(name, state)];
}

export const status: Codec = {
  id: 'status',
  claims: (topic) =>
    (topic.endsWith(SUFFIX) && topic.length > SUFFIX.length && topic.indexOf('/') === topic.length - SUFFIX.length) ||
    (topic.startsWith('$') && BRIDGE.test(topic)),
  decode,
};
