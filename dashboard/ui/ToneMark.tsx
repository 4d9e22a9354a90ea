import { useId } from 'react';
import styles from './ToneMark.module.css';
import { HATCH, SHAPES, type Tone } from './tones.ts';

/** The shape of a tone. Decorative: the word stands beside it. */
export function ToneMark({ tone, size }: { readonly tone: Tone; readonly size?: string }) {
  const clip = useId();
  const shape = SHAPES[tone];
  const area = `var(--${shape.mark})`;
  return (
    <svg
      className={styles.mark}
      style={size ? { width: size, height: size } : undefined}
      viewBox="0 0 24 24"
      aria-hidden="true"
      data-tone={tone}
    >
      {shape.hatched ? (
        <>
          <clipPath id={clip}>
            <path d={shape.path} />
          </clipPath>
          <g clipPath={`url(#${clip})`} stroke={area} strokeWidth="1.6">
            {HATCH.map(([x1, y1, x2, y2]) => (
              <line key={`${x1} ${y1}`} x1={x1} y1={y1} x2={x2} y2={y2} />
            ))}
          </g>
        </>
      ) : null}
      <path
        d={shape.path}
        fill={shape.filled ? area : 'none'}
        stroke={shape.filled ? 'none' : area}
        strokeWidth={shape.hatched ? 1.6 : 2}
      />
      {shape.glyph ? <path d={shape.glyph} fill="var(--ground)" /> : null}
    </svg>
  );
}
