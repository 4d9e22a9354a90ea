/** A number of 48 bits from what makes a scan unique. */
import { createHash } from 'node:crypto';
import type { Scan } from '../../contracts/scan.ts';

const HASH_BYTES = 6;

export const scanKey = ({ school, id }: Pick<Scan, 'school' | 'id'>): string => `${school}\u0000${id}`;

export function scanHash(scan: Pick<Scan, 'school' | 'id'>): number {
  return createHash('sha256').update(scanKey(scan)).digest().readUIntBE(0, HASH_BYTES);
}
