import type { ComponentProps } from 'react';
import styles from './Action.module.css';

type ActionProps = ComponentProps<'button'> & { readonly weight?: 'plain' | 'main' };

/** A button of our own for places that must stay light (wall, failures). */
export function Action({ weight = 'plain', ...rest }: ActionProps) {
  return <button type="button" className={styles.action} data-weight={weight} {...rest} />;
}
