/** The map of all schools as a component: builds it, feeds it, rebuilds it, and stands in where there is no WebGL. */
import { useEffect, useRef, useState } from 'react';
import type { SchoolId } from '../../../contracts/ids.ts';
import { remPx, token, useRemPx, useTheme } from '../../theme/theme.ts';
import { useWords } from '../../words/words.ts';
import type { MapArea, MapSchool } from './features.ts';
import { mapWords } from './mapWords.ts';
import type { Box } from './projection.ts';
import { AIR_REM, ScatterMap } from './ScatterMap.tsx';
import styles from './SchoolMap.module.css';
import { createSchoolMap, hasWebGl, type SchoolMap as LiveMap } from './schoolMap.ts';

export interface SchoolMapProps {
  readonly schools: readonly MapSchool[];
  readonly areas: readonly MapArea[];
  readonly selected: SchoolId | null;
  readonly onSelect: (school: SchoolId) => void;
  readonly onView?: (box: Box) => void;
  readonly interactive?: boolean;
  /** What lies over the map, in rem: left, top, right, bottom. */
  readonly coverRem?: readonly [number, number, number, number];
}

export function SchoolMap(props: SchoolMapProps) {
  const { t, language } = useWords();
  const theme = useTheme();
  const rem = useRemPx();
  const container = useRef<HTMLDivElement>(null);
  const [map, setMap] = useState<LiveMap | null>(null);
  const [canDraw] = useState(hasWebGl);
  const [isDrawn, setIsDrawn] = useState(false);
  // grows with each lost context: a new number builds a new map
  const [life, setLife] = useState(0);
  const latest = useRef(props);
  latest.current = props;
  const styleOptions = { paint: token, remPx: rem, words: mapWords(t) };
  const styleNow = useRef(styleOptions);
  styleNow.current = styleOptions;

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new life is a new map
  useEffect(() => {
    const element = container.current;
    if (!element || !canDraw) return undefined;
    let gone = false;
    let built: LiveMap | null = null;
    const { interactive = true, coverRem = [0, 0, 0, 0] } = latest.current;
    const air = (side: 0 | 1 | 2 | 3) => (coverRem[side] + AIR_REM[side % 2 === 0 ? 0 : 1]) * remPx();
    void createSchoolMap({
      container: element,
      style: styleNow.current,
      interactive,
      paddingPx: [air(0), air(1), air(2), air(3)],
      onSelect: (school) => latest.current.onSelect(school),
      onView: (box) => latest.current.onView?.(box),
      onReady: () => setIsDrawn(true),
      onLost: () => setLife((lives) => lives + 1),
    }).then((created) => {
      if (gone) created.destroy();
      else {
        built = created;
        setMap(created);
      }
    });
    return () => {
      gone = true;
      built?.destroy();
      setMap(null);
      setIsDrawn(false);
    };
  }, [canDraw, life]);

  useEffect(() => map?.show(props.schools, props.areas), [map, props.schools, props.areas]);
  useEffect(() => map?.select(props.selected), [map, props.selected]);

  const drawn = useRef('');
  useEffect(() => {
    const look = `${theme} ${rem} ${language}`;
    if (map && drawn.current !== '' && drawn.current !== look) map.restyle(styleNow.current);
    if (map) drawn.current = look;
  }, [map, theme, rem, language]);

  const plain = (
    <ScatterMap schools={props.schools} selected={props.selected} onSelect={props.onSelect} isFinal={!canDraw} />
  );
  if (!canDraw) return plain;
  return (
    <div className={styles.map} role="application" aria-label={t('wall.mapLabel')}>
      <div key={life} ref={container} className={styles.canvas} />
      {/* a slow machine takes seconds for its first picture: until then the schools stand on the plain map */}
      {isDrawn ? null : plain}
    </div>
  );
}
