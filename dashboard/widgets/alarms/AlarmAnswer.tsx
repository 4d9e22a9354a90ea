import type { AlarmBoard } from '../../../contracts/live.ts';
import { worstOf } from '../../data/alarmRows.ts';
import { ToneMark } from '../../ui/ToneMark.tsx';
import type { Tone } from '../../ui/tones.ts';
import { useFormats } from '../../words/FormatsProvider.tsx';
import { useWords } from '../../words/words.ts';
import styles from '../Answer.module.css';
import { TONE } from '../tone.ts';

export type Counted = Pick<AlarmBoard, 'counts' | 'unacknowledged'>;

export function totalOf({ counts }: Counted): number {
  return counts.danger + counts.warning + counts.information;
}

/** The answer to "what needs somebody now?", and the biggest thing on the scene. */
export function AlarmAnswer(props: { readonly board: Counted | null; readonly staleSince: number | null }) {
  const { t } = useWords();
  const formats = useFormats();
  const { board, staleSince } = props;
  const question =
    staleSince === null ? t('alarmWall.question') : t('wall.questionStale', { clock: formats.clock(staleSince) });
  if (!board)
    return (
      <div>
        <h1 className={styles.question}>{question}</h1>
        <p className={styles.text} data-tone="void">
          {t('line.connecting')}
        </p>
      </div>
    );
  const total = totalOf(board);
  const worst = worstOf(board.counts);
  const count = (of: number) => ({ count: of, shown: formats.number(of) });
  const loud: Tone = worst === null || board.unacknowledged === 0 ? 'quiet' : TONE[worst];
  const tone = staleSince === null ? loud : 'void';
  const answer =
    total === 0
      ? t('alarmWall.none')
      : board.unacknowledged === 0
        ? t('alarmWall.taken')
        : t('alarmWall.waiting', count(board.unacknowledged));
  return (
    <div>
      <h1 className={styles.question}>{question}</h1>
      <p className={styles.text} data-tone={tone} role="status">
        <ToneMark tone={tone} />
        {answer}
        {total === board.unacknowledged ? null : <small>{t('alarmWall.ofOpen', count(total))}</small>}
      </p>
    </div>
  );
}
