/** The map for machines that can not draw the live one: same outline, same marks, no movement. */
import { useMemo } from 'react';
import type { SchoolId } from '../../../contracts/ids.ts';
import { rankOf } from '../../data/conditions.ts';
import { remPx } from '../../theme/theme.ts';
import { ToneMark } from '../../ui/ToneMark.tsx';
import { useElementSize } from '../../ui/useElementSize.ts';
import { useWords } from '../../words/words.ts';
import { TONE } from '../tone.ts';
import type { MapSchool } from './features.ts';
import { ISLAND_GROUPS } from './islands.ts';
import { MARK_REM } from './marks.ts';
import { landPath } from './outline.ts';
import { boxOf, fitBox } from './projection.ts';
import styles from './ScatterMap.module.css';

/** Room at the edges for a mark, and at the sides for some of its name; both maps leave the same. */
export const AIR_REM = [5, 3] as const;

export function ScatterMap(props: {
  readonly schools: readonly MapSchool[];
  readonly selected: SchoolId | null;
  readonly onSelect: (school: SchoolId) => void;
  /** True where it stands in for good, not just until the live map is drawn. */
  readonly isFinal: boolean;
}) {
  const { t } = useWords();
  const [frame, { width, height }] = useElementSize<HTMLDivElement>();
  const { schools } = props;
  const drawing = useMemo(() => {
    const box = boxOf(schools.map(({ position }) => position));
    if (!box || width === 0) return null;
    const fit = fitBox(box, width, height, [AIR_REM[0] * remPx(), AIR_REM[1] * remPx()]);
    return { fit, vietnam: landPath('vietnam', fit, 0), neighbour: landPath('neighbour', fit, 0) };
  }, [schools, width, height]);
  // the worst lie on top
  const ordered = useMemo(
    () => [...schools].sort((one, other) => rankOf(one.condition) - rankOf(other.condition)),
    [schools],
  );
  return (
    <div ref={frame} className={styles.frame}>
      {drawing ? (
        <>
          <svg className={styles.land} aria-hidden="true">
            <path className={styles.neighbour} d={drawing.neighbour} />
            <path className={styles.vietnam} d={drawing.vietnam} />
            {ISLAND_GROUPS.flatMap(({ islands }) =>
              islands.map((island) => {
                const [x, y] = drawing.fit.at(island);
                return <circle key={String(island)} className={styles.island} cx={x} cy={y} r={2} />;
              }),
            )}
          </svg>
          {ordered.map(({ id, name, position, condition }) => {
            const [x, y] = drawing.fit.at(position);
            return (
              <button
                key={id}
                type="button"
                className={styles.school}
                style={{ left: x, top: y }}
                aria-pressed={props.selected === id}
                onClick={() => props.onSelect(id)}
                title={`${name} · ${t(`condition.${condition}`)}`}
              >
                <ToneMark tone={TONE[condition]} size={`${MARK_REM[condition]}rem`} />
                <span className="visually-hidden">{name}</span>
              </button>
            );
          })}
          {props.isFinal ? <p className={styles.note}>{t('wall.mapPlain')}</p> : null}
        </>
      ) : null}
    </div>
  );
}
