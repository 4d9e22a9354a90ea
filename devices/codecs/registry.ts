/** All wire formats, in the order in which they are asked whether a topic is theirs. */
import type { Codec, CodecMemory } from '../codec.ts';
import { chirpstack } from './chirpstack.ts';
import { esphome } from './esphome.ts';
import { hikvision } from './hikvision.ts';
import { homeassistant } from './homeassistant.ts';
import { scans } from './scans.ts';
import { senml } from './senml.ts';
import { shapes } from './shapes.ts';
import { shelly } from './shelly.ts';
import { shellyGen1 } from './shelly-gen1.ts';
import { sparkplug } from './sparkplug.ts';
import { status } from './status.ts';
import { tasmota } from './tasmota.ts';
import { theengs } from './theengs.ts';
import { thingsboard } from './thingsboard.ts';
import { ttn } from './ttn.ts';
import { zigbee2mqtt } from './zigbee2mqtt.ts';
import { zkteco } from './zkteco.ts';

/**
 * Native topics first, since most messages are. Firmware we read directly comes before Home Assistant, which may
 * announce the same topics once more. `shapes` takes whatever is left.
 */
export const codecs: readonly Codec[] = [
  senml,
  scans,
  zkteco,
  hikvision,
  sparkplug,
  chirpstack,
  ttn,
  thingsboard,
  theengs,
  shellyGen1,
  tasmota,
  zigbee2mqtt,
  homeassistant,
  esphome,
  shelly,
  status,
  shapes,
];

export type FindCodec = (topic: string, memoryOf: (codecId: string) => CodecMemory) => Codec | undefined;

/**
 * The first codec that claims the topic. `memoryOf` gives each codec its own memory of this school and gateway:
 * some know a topic only because a discovery message announced it.
 */
export const findCodec: FindCodec = withMappings([]);

/** The same, after the technician's own mappings: who made one for a topic meant it. */
export function withMappings(mappings: readonly Codec[]): FindCodec {
  const inOrder = [...mappings, ...codecs];
  return (topic, memoryOf) => inOrder.find((codec) => codec.claims(topic, memoryOf(codec.id)));
}
