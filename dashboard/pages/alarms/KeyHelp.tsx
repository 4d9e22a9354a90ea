import { Switch } from '@mantine/core';
import { useWords } from '../../words/words.ts';
import styles from './AlarmActions.module.css';
import { useKeysOn } from './keysOn.ts';

/** All keys of the alarm pages, and the way to turn them off. */
export function KeyHelp({ mayOperate }: { readonly mayOperate: boolean }) {
  const { t } = useWords();
  const [keysOn, setKeysOn] = useKeysOn();
  const keys: readonly (readonly [readonly string[], string])[] = [
    [['j', 'k'], t('alarm.helpMove')],
    [['Enter'], t('alarm.helpOpen')],
    [['a'], t('alarm.acknowledge')],
    [['g'], t('alarm.assign')],
    [['s'], t('alarm.shelve')],
    [['c'], t('alarm.comment')],
    [['x'], t('alarm.close')],
    [['?'], t('alarm.helpHelp')],
  ];
  return (
    <div className={styles.form}>
      <dl className={styles.keys}>
        {keys.map(([signs, words]) => (
          <div key={words} style={{ display: 'contents' }}>
            <dt>
              {signs.map((sign) => (
                <kbd key={sign}>{sign}</kbd>
              ))}
            </dt>
            <dd>{words}</dd>
          </div>
        ))}
      </dl>
      {mayOperate ? null : <p className={styles.hint}>{t('alarm.helpReadOnly')}</p>}
      <Switch
        data-autofocus
        label={t('alarm.keysOn')}
        checked={keysOn}
        onChange={(event) => setKeysOn(event.currentTarget.checked)}
      />
    </div>
  );
}
