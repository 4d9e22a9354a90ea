import 'react';

declare module 'react' {
  interface CSSProperties {
    /** How many signs wide a figure is; its type shrinks to fit (Figure.module.css). */
    '--signs'?: number;
  }
}
