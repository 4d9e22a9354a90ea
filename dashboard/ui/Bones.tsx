import styles from './Bones.module.css';

/** Where something will stand once it is loaded. */
export function Bones({ lines = 4, label }: { readonly lines?: number; readonly label: string }) {
  return (
    <div className={styles.bones} role="status" aria-label={label}>
      {Array.from({ length: lines }, (_, line) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the lines have no other identity
        <span key={line} className={styles.bone} style={{ width: `${92 - ((line * 17) % 40)}%` }} />
      ))}
    </div>
  );
}
