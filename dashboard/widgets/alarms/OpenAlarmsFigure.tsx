import type { AlarmBoard } from '../../../contracts/live.ts';
import { worstOf } from '../../data/alarmRows.ts';
import { Figure } from '../../ui/Figure.tsx';
import { ToneMark } from '../../ui/ToneMark.tsx';
import { useFormats } from '../../words/FormatsProvider.tsx';
import { useWords } from '../../words/words.ts';
import { TONE } from '../tone.ts';
import { totalOf } from './AlarmAnswer.tsx';

/** How many alarms are open, how bad the worst is, and how many nobody has taken. */
export function OpenAlarmsFigure({ board }: { readonly board: AlarmBoard }) {
  const { t } = useWords();
  const formats = useFormats();
  const { counts, unacknowledged } = board;
  const total = totalOf(board);
  const worst = worstOf(counts);
  const note =
    total === 0
      ? t('alarmWall.openNone')
      : unacknowledged === 0
        ? t('alarmWall.openTaken')
        : t('alarmWall.openWaiting', { count: unacknowledged, shown: formats.number(unacknowledged) });
  return (
    <Figure
      name={t('alarmWall.open')}
      value={formats.number(total)}
      mark={worst === null ? null : <ToneMark tone={TONE[worst]} size="0.62em" />}
      note={note}
    />
  );
}
