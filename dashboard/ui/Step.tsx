import type { ReactNode } from 'react';
import styles from './Step.module.css';

/** One step of a way through something. */
export function Step(props: {
  readonly number: number;
  readonly title: string;
  readonly isDone?: boolean;
  /** An earlier step comes first. */
  readonly isWaiting?: boolean;
  readonly children: ReactNode;
}) {
  return (
    <section className={styles.step} data-state={props.isDone ? 'done' : props.isWaiting ? 'waiting' : 'open'}>
      <p className={styles.number} aria-hidden="true">
        {props.isDone ? '✓' : props.number}
      </p>
      <div className={styles.body}>
        <h2>{props.title}</h2>
        {props.children}
      </div>
    </section>
  );
}
