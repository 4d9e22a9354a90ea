import { useState } from 'react';
import { Action } from './Action.tsx';
import styles from './CopyBlock.module.css';

const THANKS_MS = 2_000;

/** Text to take along, with a button that takes it. */
export function CopyBlock(props: {
  readonly text: string;
  readonly label: string;
  readonly copyWord: string;
  readonly copiedWord: string;
}) {
  const [isCopied, setIsCopied] = useState(false);
  async function copy(): Promise<void> {
    await copyText(props.text);
    setIsCopied(true);
    setTimeout(() => setIsCopied(false), THANKS_MS);
  }
  return (
    <div className={styles.block}>
      <figure aria-label={props.label}>
        <pre className={styles.text}>{props.text}</pre>
      </figure>
      <Action onClick={() => void copy()}>{isCopied ? props.copiedWord : props.copyWord}</Action>
      <span className="visually-hidden" role="status">
        {isCopied ? props.copiedWord : ''}
      </span>
    </div>
  );
}

/** Without https the clipboard API is not there; closed networks often have none. */
async function copyText(text: string): Promise<void> {
  if (window.isSecureContext) return navigator.clipboard.writeText(text);
  const field = document.createElement('textarea');
  field.value = text;
  document.body.append(field);
  field.select();
  document.execCommand('copy');
  field.remove();
}
