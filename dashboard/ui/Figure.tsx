import type { ReactNode } from 'react';
import { Digits } from './Digits.tsx';
import styles from './Figure.module.css';

/** One big number with its name above and its age, coverage or place below. */
export function Figure(props: {
  readonly name: string;
  readonly value: string;
  /** "/57": what the value is out of, smaller. */
  readonly outOf?: string;
  readonly note?: ReactNode;
  readonly mark?: ReactNode;
  /** Nothing known: shown as a dash, dim. */
  readonly isVoid?: boolean;
}) {
  // what stands smaller beside the value takes half the room
  const signs = props.value.length + (props.outOf?.length ?? 0) / 2 + (props.mark ? 1 : 0);
  return (
    <div className={styles.figure} data-void={props.isVoid || undefined}>
      <p className={styles.name}>{props.name}</p>
      <p className={styles.value} style={{ '--signs': signs }}>
        {props.mark}
        <Digits text={props.value} />
        {props.outOf ? (
          <span className={styles.outOf}>
            <Digits text={props.outOf} />
          </span>
        ) : null}
      </p>
      <p className={styles.note}>{props.note}</p>
    </div>
  );
}
