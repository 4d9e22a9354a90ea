/** A number from what makes a scan unique. */
import { createHash } from 'node:crypto';
import type { Scan } from '../../contracts/scan.ts';

export const scanKey = ({ school, id }: Pick<Scan, 'school' | 'id'>): string => `${school}\u0000${id}`;

/** 63 bits: among a hundred million scans the chance that any two agree is one in two thousand. */
export function scanHash(scan: Pick<Scan, 'school' | 'id'>): bigint {
  return BigInt.asUintN(63, createHash('sha256').update(scanKey(scan)).digest().readBigUInt64LE());
}
