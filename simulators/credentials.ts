/** Who the simulated gateways are. */
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { gatewayId, schoolId } from '../contracts/ids.ts';

export const simulatorCredential = z.object({
  school: schoolId,
  gateway: gatewayId,
  username: z.string().min(1),
  password: z.string().min(1),
});
export type SimulatorCredential = z.infer<typeof simulatorCredential>;

/** `anonymous`: for a plain broker without accounts and without mountpoints; topics are then written in full. */
export type SimulatorCredentials = readonly SimulatorCredential[] | 'anonymous';

/** Throws a sentence when the file is not `[{school, gateway, username, password}, …]`. */
export function readCredentials(path: string): SimulatorCredential[] {
  const expected = 'expected a JSON array of {"school", "gateway", "username", "password"}';
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new Error(`credentials file ${path} can not be read: ${expected}`, { cause: error });
  }
  const parsed = z.array(simulatorCredential).min(1).safeParse(value);
  if (!parsed.success) throw new Error(`credentials file ${path}: ${expected}\n${z.prettifyError(parsed.error)}`);
  return parsed.data;
}
