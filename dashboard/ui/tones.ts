/**
 * How loud something is. A tone is a colour, a shape and (beside it, always) a word: no state is told by colour alone.
 * Shapes are drawn in a 24 × 24 box, by SVG and by the map's canvas alike.
 */
export const TONES = ['quiet', 'info', 'warn', 'alert', 'void'] as const;
export type Tone = (typeof TONES)[number];

export interface Shape {
  readonly path: string;
  /** Names of tokens: the area and the line around it. */
  readonly mark: string;
  readonly ink: string;
  readonly filled: boolean;
  /** Lines across instead of an area: nothing is known here. */
  readonly hatched: boolean;
  /** A small figure cut out of the area, for those who see neither colour nor outline well. */
  readonly glyph: string | null;
}

export const SHAPES: Record<Tone, Shape> = {
  quiet: {
    path: 'M12 7a5 5 0 1 1 0 10a5 5 0 1 1 0-10z',
    mark: 'normal-mark',
    ink: 'normal',
    filled: false,
    hatched: false,
    glyph: null,
  },
  info: {
    path: 'M6.5 5h11a1.5 1.5 0 0 1 1.5 1.5v11a1.5 1.5 0 0 1-1.5 1.5h-11a1.5 1.5 0 0 1-1.5-1.5v-11a1.5 1.5 0 0 1 1.5-1.5z',
    mark: 'information-mark',
    ink: 'information',
    filled: true,
    hatched: false,
    glyph: 'M11 10.6h2v6h-2zM11 7.4h2v2h-2z',
  },
  warn: {
    path: 'M12 2.6L22.4 20.4a0.7 0.7 0 0 1-0.6 1H2.2a0.7 0.7 0 0 1-0.6-1z',
    mark: 'warning-mark',
    ink: 'warning',
    filled: true,
    hatched: false,
    glyph: 'M11 9h2v6h-2zM11 16.4h2v2h-2z',
  },
  alert: {
    path: 'M12 0.8L23.2 12L12 23.2L0.8 12z',
    mark: 'danger-mark',
    ink: 'danger',
    filled: true,
    hatched: false,
    glyph: 'M10.9 6h2.2v7.4h-2.2zM10.9 15h2.2v2.4h-2.2z',
  },
  void: {
    path: 'M12 3.5a8.5 8.5 0 1 1 0 17a8.5 8.5 0 1 1 0-17z',
    mark: 'no-data-mark',
    ink: 'no-data',
    filled: false,
    hatched: true,
    glyph: null,
  },
};

/** Diagonals of the hatched shape, each [x1, y1, x2, y2]; clipped by the shape itself. */
export const HATCH: readonly (readonly [number, number, number, number])[] = [
  [0, 12, 12, 0],
  [0, 17.5, 17.5, 0],
  [1, 23, 23, 1],
  [6.5, 24, 24, 6.5],
  [12, 24, 24, 12],
];
