import type { ReactNode } from 'react';
import styles from './State.module.css';

/** Empty, failed, forbidden: says what is the case and what to do next. */
export function State(props: {
  readonly title: string;
  readonly step?: string;
  readonly children?: ReactNode;
  readonly tone?: 'plain' | 'fault';
}) {
  return (
    <div className={styles.state} role={props.tone === 'fault' ? 'alert' : 'status'} data-tone={props.tone ?? 'plain'}>
      <svg className={styles.figure} viewBox="0 0 48 48" aria-hidden="true">
        <circle cx="24" cy="24" r="21" />
        <circle cx="24" cy="24" r="13" />
        <path d="M24 3v6M24 39v6M3 24h6M39 24h6" />
        <circle cx="24" cy="24" r="3" className={styles.centre} />
      </svg>
      <p className={styles.title}>{props.title}</p>
      {props.step ? <p className={styles.step}>{props.step}</p> : null}
      {props.children ? <div className={styles.actions}>{props.children}</div> : null}
    </div>
  );
}
