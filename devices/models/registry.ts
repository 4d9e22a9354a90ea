/** All LoRaWAN models whose frames we read, and how to find one by the names people give it. */
import { decentlabModels } from './decentlab.ts';
import { draginoModels } from './dragino.ts';
import { elsys } from './elsys.ts';
import { am102, am103, am104, am107 } from './milesight-am100.ts';
import { am307, am308, am319, am319Ozone } from './milesight-am300.ts';
import { ct3xx, ct10x } from './milesight-ct.ts';
import { em300di, em300leak, em300mcs, em300th } from './milesight-em300.ts';
import { em500co2, em500lgt, em500pt100 } from './milesight-em500.ts';
import { vs121, vs132, vs133, vs321, vs350 } from './milesight-vs.ts';
import {
  gs101,
  gs301,
  ts30x,
  ts201,
  vs330,
  vs340,
  vs370,
  ws52x,
  ws202,
  ws203,
  ws301,
  ws302,
  ws303,
  ws501,
  ws502,
  ws503,
} from './milesight-ws.ts';
import type { FrameValue, LorawanModel } from './model.ts';

export const lorawanModels: readonly LorawanModel[] = [
  am102,
  am103,
  am104,
  am107,
  am307,
  am308,
  am319,
  am319Ozone,
  em300th,
  em300mcs,
  em300leak,
  em300di,
  em500co2,
  em500lgt,
  em500pt100,
  vs121,
  vs132,
  vs133,
  vs321,
  vs350,
  vs330,
  vs340,
  vs370,
  ws202,
  ws203,
  ws301,
  ws302,
  ws303,
  ws52x,
  ws501,
  ws502,
  ws503,
  ts201,
  ts30x,
  gs101,
  gs301,
  ct10x,
  ct3xx,
  elsys,
  ...draginoModels,
  ...decentlabModels,
];

const squeeze = (name: string): string => name.toUpperCase().replace(/[^A-Z0-9]/g, '');

/** Longest first: AM319-O3 before AM319, EM300-TH before EM300. */
const byName: readonly (readonly [string, LorawanModel])[] = lorawanModels
  .flatMap((model) => [model.id, ...model.names].map((name) => [squeeze(name), model] as const))
  .sort(([a], [b]) => b.length - a.length);

const MAX_CACHED = 1_000;
const cache = new Map<string, LorawanModel | undefined>();

function find(name: string): LorawanModel | undefined {
  const squeezed = squeeze(name);
  const words = name.toUpperCase().split(/[^A-Z0-9]+/);
  for (const [alias, model] of byName) {
    // Three letters (ERS, EMS) turn up inside other words; they must be a word, or begin one with a digit after.
    const isShort = alias.length < 5 && !/\d/.test(alias);
    if (
      isShort ? words.some((word) => word === alias || new RegExp(`^${alias}\\d`).test(word)) : squeezed.includes(alias)
    )
      return model;
  }
  return undefined;
}

/** The model a text names, in whatever it is wrapped: `Milesight EM300-DI`, `am107`, `ERS2_CO2`. */
export function modelByName(name: string): LorawanModel | undefined {
  if (name === '' || name.length > 200) return undefined;
  if (cache.has(name)) return cache.get(name);
  const found = find(name);
  if (cache.size < MAX_CACHED) cache.set(name, found);
  return found;
}

/** Values of a frame; undefined when the model is not known or the bytes are not one of its frames. */
export function decodeFrame(
  model: string,
  bytes: Uint8Array,
  fPort: number | undefined,
): readonly FrameValue[] | undefined {
  return modelByName(model)?.decode(bytes, fPort);
}
