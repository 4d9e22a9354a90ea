import { useFormats } from '../../words/FormatsProvider.tsx';
import { useWords } from '../../words/words.ts';
import styles from './History.module.css';

const MOST_ROWS = 500;

/** The same points as numbers, newest first: for screen readers and for copying. */
export function PointTable(props: {
  readonly points: readonly (readonly [number, number])[];
  readonly name: string;
  readonly value: (value: number) => string;
}) {
  const { t } = useWords();
  const formats = useFormats();
  const newest = props.points.slice(-MOST_ROWS).reverse();
  return (
    <table className={styles.table}>
      {props.points.length > MOST_ROWS ? <caption>{t('chart.tooMany', { rows: MOST_ROWS })}</caption> : null}
      <thead>
        <tr>
          <th scope="col">{t('chart.time')}</th>
          <th scope="col">{props.name}</th>
        </tr>
      </thead>
      <tbody>
        {newest.map(([at, shown]) => (
          <tr key={at}>
            <td>{formats.dateTime(at)}</td>
            <td>{props.value(shown)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
