import styles from './Digits.module.css';

/**
 * A figure whose digits all take the same room, so that it does not tremble when it changes.
 * The typeface has no tabular numerals of its own: each digit gets a cell of the widest one.
 */
export function Digits({ text }: { readonly text: string }) {
  return (
    <span className={styles.digits} role="img" aria-label={text}>
      {Array.from(text, (sign, index) => (
        // the same text has the same signs in the same places
        // biome-ignore lint/suspicious/noArrayIndexKey: position is the identity here
        <span key={index} className={/\d/.test(sign) ? styles.digit : undefined}>
          {sign}
        </span>
      ))}
    </span>
  );
}
