import { Button } from '@mantine/core';
import { useWords } from '../../words/words.ts';
import styles from './AlarmActions.module.css';
import { type Command, canDo, type Standing } from './alarmKeys.ts';

const ACTIONS = [
  ['acknowledge', 'a'],
  ['assign', 'g'],
  ['shelve', 's'],
  ['comment', 'c'],
  ['close', 'x'],
] as const;

/** What can be done with one alarm, each with its key. */
export function AlarmActions(props: {
  readonly alarm: Standing;
  readonly isPending: boolean;
  readonly onCommand: (command: Command) => void;
}) {
  const { t } = useWords();
  const { alarm } = props;
  return (
    <div className={styles.actions}>
      {ACTIONS.map(([what, key]) => (
        <Button
          key={what}
          size="compact-md"
          variant={what === 'acknowledge' && canDo(what, alarm) ? 'filled' : 'default'}
          aria-keyshortcuts={key}
          disabled={!canDo(what, alarm) || props.isPending}
          onClick={() => props.onCommand({ do: what, alarm: alarm.id })}
        >
          {t(`alarm.${what}`)}
          <span className={styles.key} aria-hidden="true">
            {key}
          </span>
        </Button>
      ))}
    </div>
  );
}
