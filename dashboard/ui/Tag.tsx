import styles from './Tag.module.css';
import { ToneMark } from './ToneMark.tsx';
import type { Tone } from './tones.ts';

/** A state as shape, colour and word. */
export function Tag({ tone, word }: { readonly tone: Tone; readonly word: string }) {
  return (
    <span className={styles.tag} data-tone={tone}>
      <ToneMark tone={tone} />
      {word}
    </span>
  );
}
