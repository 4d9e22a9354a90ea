import { Button, Modal, Radio, Textarea, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { type AlarmId, CLOSE_REASONS } from '../../../contracts/alarm.ts';
import type { AlarmAction } from '../../data/alarms.ts';
import { useNow } from '../../data/live.tsx';
import { viewerQuery } from '../../data/queries.ts';
import { SHELVE_CHOICES, type ShelveChoice, shelveUntil } from '../../widgets/alarms/shelveTimes.ts';
import { useFormats } from '../../words/FormatsProvider.tsx';
import { useWords } from '../../words/words.ts';
import styles from './AlarmActions.module.css';
import { KeyHelp } from './KeyHelp.tsx';
import type { AlarmDesk } from './useAlarmDesk.ts';

const MOST_LETTERS = 2_000;

/** What has to be asked before something is done with an alarm. */
export function AlarmDialogs({ desk }: { readonly desk: AlarmDesk }) {
  const { t } = useWords();
  const { asked } = desk;
  const titles = {
    help: t('alarm.helpTitle'),
    assign: t('alarm.assignTitle'),
    shelve: t('alarm.shelveTitle'),
    comment: t('alarm.commentTitle'),
    close: t('alarm.closeTitle'),
  };
  return (
    <Modal
      opened={asked !== null}
      onClose={desk.dismiss}
      title={asked ? titles[asked.what] : ''}
      centered
      closeButtonProps={{ 'aria-label': t('app.close') }}
    >
      {asked === null ? null : asked.what === 'help' ? (
        <KeyHelp mayOperate={desk.mayOperate} />
      ) : (
        <Form desk={desk} what={asked.what} alarm={asked.alarm} />
      )}
    </Modal>
  );
}

interface FormProps {
  readonly desk: AlarmDesk;
  readonly alarm: AlarmId;
}

function Form({ what, ...props }: FormProps & { readonly what: 'assign' | 'shelve' | 'comment' | 'close' }) {
  switch (what) {
    case 'assign':
      return <AssignForm {...props} />;
    case 'shelve':
      return <ShelveForm {...props} />;
    case 'comment':
      return <CommentForm {...props} />;
    case 'close':
      return <CloseForm {...props} />;
  }
}

function Frame(
  props: FormProps & {
    readonly action: AlarmAction | null;
    readonly send: string;
    readonly children: ReactNode;
  },
) {
  const { t } = useWords();
  const { desk, action } = props;
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        if (action) desk.send(props.alarm, action);
      }}
    >
      {props.children}
      {desk.fault ? (
        <p className={styles.fault} role="alert">
          {desk.fault}
        </p>
      ) : null}
      <div className={styles.buttons}>
        <Button variant="default" onClick={desk.dismiss}>
          {t('app.cancel')}
        </Button>
        <Button type="submit" disabled={action === null} loading={desk.isPending}>
          {props.send}
        </Button>
      </div>
    </form>
  );
}

function Note(props: {
  readonly label: string;
  readonly value: string;
  readonly onChange: (text: string) => void;
  readonly isFirst?: boolean;
}) {
  return (
    <Textarea
      data-autofocus={props.isFirst}
      label={props.label}
      autosize
      minRows={2}
      maxRows={8}
      maxLength={MOST_LETTERS}
      value={props.value}
      onChange={(event) => props.onChange(event.currentTarget.value)}
    />
  );
}

const withText = (text: string) => (text.trim() === '' ? {} : { text: text.trim() });

function AssignForm(props: FormProps) {
  const { t } = useWords();
  const { data: viewer } = useQuery(viewerQuery);
  const [owner, setOwner] = useState('');
  const name = owner.trim();
  return (
    <Frame {...props} send={t('alarm.assign')} action={name === '' ? null : { do: 'assign', body: { owner: name } }}>
      <TextInput
        data-autofocus
        label={t('alarm.assignTo')}
        maxLength={200}
        value={owner}
        onChange={(event) => setOwner(event.currentTarget.value)}
      />
      {viewer ? (
        <Button
          variant="light"
          onClick={() => props.desk.send(props.alarm, { do: 'assign', body: { owner: viewer.displayName } })}
        >
          {t('alarm.assignMe')}
        </Button>
      ) : null}
    </Frame>
  );
}

function ShelveForm(props: FormProps) {
  const { t } = useWords();
  const formats = useFormats();
  const now = useNow();
  const [choice, setChoice] = useState<ShelveChoice>('m30');
  const [text, setText] = useState('');
  const until = (one: ShelveChoice) => shelveUntil(one, now, formats.timeZone);
  const words = (one: ShelveChoice) => {
    const choiceWords = t(`alarm.shelveFor.${one}`);
    // tomorrow at 07:00 says so itself
    if (one === 'tomorrow') return choiceWords;
    return `${choiceWords}, ${t('alarm.shelveEnd', { moment: formats.moment(until(one), now) })}`;
  };
  return (
    <Frame
      {...props}
      send={t('alarm.shelve')}
      action={{ do: 'shelve', body: { until: until(choice), ...withText(text) } }}
    >
      <Radio.Group
        aria-label={t('alarm.shelveTitle')}
        value={choice}
        onChange={(value) => setChoice(SHELVE_CHOICES.find((one) => one === value) ?? choice)}
      >
        <div className={styles.times}>
          {SHELVE_CHOICES.map((one, index) => (
            <Radio key={one} value={one} data-autofocus={index === 0 || undefined} label={words(one)} />
          ))}
        </div>
      </Radio.Group>
      <Note label={t('alarm.note')} value={text} onChange={setText} />
      <p className={styles.hint}>{t('alarm.shelveHint')}</p>
    </Frame>
  );
}

function CommentForm(props: FormProps) {
  const { t } = useWords();
  const [text, setText] = useState('');
  const said = text.trim();
  return (
    <Frame {...props} send={t('alarm.send')} action={said === '' ? null : { do: 'comment', body: { text: said } }}>
      <Note isFirst label={t('alarm.noteNeeded')} value={text} onChange={setText} />
    </Frame>
  );
}

function CloseForm(props: FormProps) {
  const { t } = useWords();
  const [reason, setReason] = useState<(typeof CLOSE_REASONS)[number]>('fixed');
  const [text, setText] = useState('');
  return (
    <Frame {...props} send={t('alarm.close')} action={{ do: 'close', body: { reason, ...withText(text) } }}>
      <Radio.Group
        label={t('alarm.reasonLabel')}
        value={reason}
        onChange={(value) => setReason(CLOSE_REASONS.find((one) => one === value) ?? reason)}
      >
        <div className={styles.times}>
          {CLOSE_REASONS.map((one, index) => (
            <Radio key={one} value={one} data-autofocus={index === 0 || undefined} label={t(`alarm.reason.${one}`)} />
          ))}
        </div>
      </Radio.Group>
      <Note label={t('alarm.note')} value={text} onChange={setText} />
      <p className={styles.hint}>{t('alarm.closeHint')}</p>
    </Frame>
  );
}
