import { memo, useEffect, useRef, useState } from 'react';
import type { SchoolId } from '../../../contracts/ids.ts';
import type { SchoolCondition } from '../../../contracts/live.ts';
import type { School } from '../../../contracts/places.ts';
import type { SchoolRow } from '../../data/schoolRows.ts';
import { Action } from '../../ui/Action.tsx';
import { ToneMark } from '../../ui/ToneMark.tsx';
import { Age } from '../../widgets/Age.tsx';
import { reasonWords } from '../../widgets/reasonWords.ts';
import { TONE } from '../../widgets/tone.ts';
import { useFormats } from '../../words/FormatsProvider.tsx';
import { useWords } from '../../words/words.ts';
import styles from './SchoolList.module.css';

const PAGE = 150;

/** As many as a page can bear; the rest on demand. */
export function SchoolList(props: {
  readonly rows: readonly SchoolRow[];
  readonly selected: SchoolId | null;
  readonly onSelect: (school: SchoolId) => void;
}) {
  const { t } = useWords();
  const [pages, setPages] = useState(1);
  const onSelect = useRef(props.onSelect);
  onSelect.current = props.onSelect;
  const [choose] = useState(() => (school: SchoolId) => onSelect.current(school));
  const index = props.rows.findIndex(({ school }) => school.id === props.selected);
  const most = Math.max(pages * PAGE, index + 1);
  return (
    <>
      <ul className={styles.list}>
        {props.rows.slice(0, most).map(({ school, state }) => (
          <SchoolLine
            key={school.id}
            school={school}
            state={state}
            isSelected={school.id === props.selected}
            onSelect={choose}
          />
        ))}
      </ul>
      {props.rows.length > most ? (
        <p className={styles.more}>
          <Action onClick={() => setPages(pages + 1)}>{t('app.more')}</Action>
        </p>
      ) : null}
    </>
  );
}

interface SchoolLineProps {
  readonly school: School;
  readonly state: SchoolCondition;
  readonly isSelected: boolean;
  readonly onSelect: (school: SchoolId) => void;
}

// a change of one school must not redraw the others
const SchoolLine = memo(function SchoolLine({ school, state, isSelected, onSelect }: SchoolLineProps) {
  const { t } = useWords();
  const formats = useFormats();
  const line = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (isSelected) line.current?.scrollIntoView({ block: 'nearest' });
  }, [isSelected]);
  const reason = state.condition === 'normal' ? '' : reasonWords(state, formats, t);
  return (
    <li ref={line}>
      <button type="button" className={styles.school} aria-pressed={isSelected} onClick={() => onSelect(school.id)}>
        <ToneMark tone={TONE[state.condition]} size="1.35rem" />
        <span className={styles.name}>{school.name}</span>
        <span className={styles.age}>
          <Age at={state.lastMeasuredAt} />
        </span>
        <span className={styles.reason} data-tone={TONE[state.condition]}>
          {t(`condition.${state.condition}`)}
          {reason ? ` · ${reason}` : ''}
        </span>
      </button>
    </li>
  );
});
