/** Ways a disk spoils a journal folder, and which records each of them may cost. */
import { readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readFrame } from '../../store/journal/frame.ts';
import { HEADER_BYTES } from '../../store/journal/segmentFile.ts';
import type { Dice } from './scale.ts';

export const DAMAGES = [
  'cut tail',
  'flipped bit',
  'flipped bits',
  'zeroed block',
  'missing segment',
  'empty account',
  'garbage account',
  'flipped bit in the account',
  'missing account',
] as const;
export type Damage = (typeof DAMAGES)[number];

export interface Spoiled {
  /** Sequences whose bytes were touched: only these may be missing. */
  readonly touched: ReadonlySet<number>;
}

interface Place {
  readonly path: string;
  readonly frames: readonly { readonly sequence: number; readonly begin: number; readonly end: number }[];
  readonly bytes: number;
}

function segmentsOf(folder: string): Place[] {
  const names = readdirSync(folder).filter((name) => name.endsWith('.journal'));
  return names.sort().map((name) => {
    const path = join(folder, name);
    const bytes = readFileSync(path);
    const frames: { sequence: number; begin: number; end: number }[] = [];
    for (let at = HEADER_BYTES; at < bytes.length; ) {
      const result = readFrame(bytes, at);
      if (result.kind !== 'frame') throw new Error(`${name} is damaged already`);
      frames.push({ sequence: result.frame.sequence, begin: at, end: result.frame.end });
      at = result.frame.end;
    }
    return { path, frames, bytes: bytes.length };
  });
}

const touchedIn = ({ frames }: Place, from: number, to: number): number[] =>
  frames.filter(({ begin, end }) => begin < to && end > from).map(({ sequence }) => sequence);

export function spoil(folder: string, damage: Damage, dice: Dice): Spoiled {
  const account = join(folder, 'account.json');
  // The newest segment of a running server may hold nothing yet.
  const [place, ...others] = segmentsOf(folder).filter(({ frames }) => frames.length > 0);
  if (!place) throw new Error('there is nothing to damage');
  const any = dice.pick([place, ...others]);
  const last = others.at(-1) ?? place;

  function change(target: Place, from: number, to: number, edit: (bytes: Buffer) => void): Spoiled {
    const bytes = readFileSync(target.path);
    edit(bytes);
    writeFileSync(target.path, bytes);
    return { touched: new Set(touchedIn(target, from, to)) };
  }
  function flip(target: Place): Spoiled {
    const at = dice.between(0, target.bytes - 1);
    return change(target, at, at + 1, (bytes) => {
      bytes[at] = (bytes[at] ?? 0) ^ (1 << dice.between(0, 7));
    });
  }
  switch (damage) {
    case 'cut tail': {
      const cut = Math.min(dice.between(1, 4_096), last.bytes);
      truncateSync(last.path, last.bytes - cut);
      return { touched: new Set(touchedIn(last, last.bytes - cut, last.bytes)) };
    }
    case 'flipped bit':
      return flip(any);
    case 'flipped bits': {
      const touched = Array.from({ length: dice.between(2, 40) }, () => flip(dice.pick([place, ...others])).touched);
      return { touched: new Set(touched.flatMap((each) => [...each])) };
    }
    case 'zeroed block': {
      const from = dice.between(0, any.bytes - 1);
      const to = Math.min(any.bytes, from + dice.pick([512, 4_096, 65_536]));
      return change(any, from, to, (bytes) => bytes.fill(0, from, to));
    }
    case 'missing segment':
      rmSync(any.path);
      return { touched: new Set(any.frames.map(({ sequence }) => sequence)) };
    case 'empty account':
      writeFileSync(account, '');
      return { touched: new Set() };
    case 'garbage account':
      writeFileSync(account, Buffer.from(Array.from({ length: dice.between(1, 300) }, () => dice.between(0, 255))));
      return { touched: new Set() };
    case 'flipped bit in the account': {
      const bytes = readFileSync(account);
      const at = dice.between(0, bytes.length - 1);
      bytes[at] = (bytes[at] ?? 0) ^ (1 << dice.between(0, 7));
      writeFileSync(account, bytes);
      return { touched: new Set() };
    }
    case 'missing account':
      rmSync(account);
      return { touched: new Set() };
  }
}
