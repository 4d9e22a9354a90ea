/** Pupils and staff of a made-up school as pseudonymous codes with card numbers. Computed, never kept: 3,500 schools have millions. */
import type { School } from '../../contracts/places.ts';
import { hashOf } from '../random.ts';

export interface DemoPerson {
  readonly person: string;
  readonly kind: 'student' | 'staff';
  readonly class: string | null;
  readonly credentials: readonly [DemoCredential];
}

export interface DemoCredential {
  readonly type: 'rfid' | 'qr';
  readonly value: string;
}

const PUPILS_PER_STAFF = 18;
const QR_SHARE = 0.1;
/** The person's number is kept in the low bits of the card number, so that no two cards of a school are equal. */
const INDEX_BITS = 12;

const CLASSES: Readonly<Record<string, { readonly names: readonly string[]; readonly size: number }>> = {
  mam_non: { names: ['Mầm', 'Chồi', 'Lá'], size: 28 },
  tieu_hoc: { names: ['1', '2', '3', '4', '5'], size: 36 },
  thcs: { names: ['6A', '7A', '8A', '9A'], size: 42 },
};
const OTHER_CLASSES = { names: ['Lớp'], size: 40 };

export function pupilCount(school: School): number {
  return Math.min(school.students ?? 0, 2 ** INDEX_BITS - 256);
}

export function staffCount(school: School): number {
  return Math.ceil(pupilCount(school) / PUPILS_PER_STAFF);
}

/** Pupils come first: 0 … pupils - 1, then staff. */
export function credentialOf(seed: number, school: School, index: number): DemoCredential {
  const hash = hashOf(seed, school.id, 'card', index);
  if (hash / 2 ** 32 < QR_SHARE) return { type: 'qr', value: `MP-${school.id}-${index}-${hash.toString(36)}` };
  const number = ((hash >>> INDEX_BITS) * 2 ** INDEX_BITS + index).toString(16).toUpperCase().padStart(8, '0');
  return { type: 'rfid', value: number };
}

/** The roster, for `PUT /schools/{school}/roster`. */
export function demoPeople(seed: number, school: School): DemoPerson[] {
  const pupils = pupilCount(school);
  const { names, size } = CLASSES[school.level] ?? OTHER_CLASSES;
  const classes = Math.max(1, Math.ceil(pupils / size));
  return Array.from({ length: pupils + staffCount(school) }, (_, index): DemoPerson => {
    const credentials: readonly [DemoCredential] = [credentialOf(seed, school, index)];
    if (index >= pupils) return { person: code('nv', index - pupils), kind: 'staff', class: null, credentials };
    const number = Math.floor((index * classes) / pupils);
    const name = `${names[number % names.length]} ${Math.floor(number / names.length) + 1}`;
    return { person: code('hs', index), kind: 'student', class: name, credentials };
  });
}

const code = (prefix: string, index: number): string => `${prefix}-${String(index + 1).padStart(4, '0')}`;
