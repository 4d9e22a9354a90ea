/** What somebody does with alarms, by key or by button: asks back where needed, sends it, tells how it went. */
import { useEffect, useRef, useState } from 'react';
import type { AlarmId } from '../../../contracts/alarm.ts';
import { type AlarmAction, useAlarmAction } from '../../data/alarms.ts';
import { useMay } from '../../data/permissions.ts';
import { statusOf } from '../../data/problem.ts';
import { problemWords } from '../../widgets/problemWords.ts';
import { useWords } from '../../words/words.ts';
import { type AlarmDialog, type Command, commandOf, type Standing, takesKeys } from './alarmKeys.ts';
import { useKeysOn } from './keysOn.ts';

export type Asked = { readonly what: AlarmDialog; readonly alarm: AlarmId } | { readonly what: 'help' };

const DONE = {
  acknowledge: 'alarm.doneAcknowledge',
  assign: 'alarm.doneAssign',
  shelve: 'alarm.doneShelve',
  comment: 'alarm.doneComment',
  close: 'alarm.doneClose',
} as const;

export interface AlarmDesk {
  readonly asked: Asked | null;
  readonly mayOperate: boolean;
  readonly isPending: boolean;
  /** How the last thing went, in words. */
  readonly said: string;
  readonly fault: string | null;
  dismiss(): void;
  command(command: Command): void;
  send(alarm: AlarmId, action: AlarmAction): void;
}

export function useAlarmDesk(view: {
  readonly alarms: readonly Standing[];
  readonly selected: AlarmId | undefined;
  readonly onSelect: (alarm: AlarmId) => void;
  readonly onOpen: (alarm: AlarmId) => void;
}): AlarmDesk {
  const { t } = useWords();
  const mayOperate = useMay('operate') === true;
  const [asked, setAsked] = useState<Asked | null>(null);
  const [said, setSaid] = useState('');
  const { mutate, isPending, error, reset } = useAlarmAction();
  const [keysOn] = useKeysOn();

  function send(alarm: AlarmId, action: AlarmAction): void {
    setSaid('');
    const onSuccess = () => {
      setAsked(null);
      setSaid(t(DONE[action.do]));
    };
    mutate({ id: alarm, action }, { onSuccess });
  }

  function command(next: Command): void {
    switch (next.do) {
      case 'select':
        view.onSelect(next.alarm);
        break;
      case 'open':
        view.onOpen(next.alarm);
        break;
      case 'acknowledge':
        // one at a time: a second press must not ask for the same again
        if (!isPending) send(next.alarm, { do: 'acknowledge', body: {} });
        break;
      case 'help':
        setAsked({ what: 'help' });
        break;
      case 'assign':
      case 'shelve':
      case 'comment':
      case 'close':
        reset();
        setAsked({ what: next.do, alarm: next.alarm });
    }
  }

  const onKey = useRef<(event: KeyboardEvent) => void>(() => undefined);
  onKey.current = (event) => {
    const isBusy = asked !== null || event.defaultPrevented || takesKeys(event.target, event.key);
    const { alarms, selected } = view;
    const next = commandOf(event, { alarms, selected, mayOperate, isBusy });
    if (!next) return;
    event.preventDefault();
    command(next);
  };
  useEffect(() => {
    if (!keysOn) return undefined;
    const listen = (event: KeyboardEvent) => onKey.current(event);
    document.addEventListener('keydown', listen);
    return () => document.removeEventListener('keydown', listen);
  }, [keysOn]);

  const status = statusOf(error);
  const fault = status === 409 ? t('alarm.conflict') : status === 503 ? t('alarm.unavailable') : null;
  return {
    asked,
    mayOperate,
    isPending,
    said,
    fault: error ? (fault ?? problemWords(error, t)) : null,
    dismiss() {
      reset();
      setAsked(null);
    },
    command,
    send,
  };
}
