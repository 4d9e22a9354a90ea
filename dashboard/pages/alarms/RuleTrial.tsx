import { Button, Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { RuleId } from '../../../contracts/alarm.ts';
import type { TryResult } from '../../../contracts/http/alarms.ts';
import type { RuleBody } from '../../../contracts/rule.ts';
import { useTryRule } from '../../data/alarms.ts';
import { useNow } from '../../data/live.tsx';
import { schoolsQuery } from '../../data/queries.ts';
import { Tag } from '../../ui/Tag.tsx';
import { durationWords } from '../../widgets/Age.tsx';
import { ruleFigure } from '../../widgets/alarms/alarmWords.ts';
import { problemWords } from '../../widgets/problemWords.ts';
import { TONE } from '../../widgets/tone.ts';
import { useFormats } from '../../words/FormatsProvider.tsx';
import { useWords } from '../../words/words.ts';
import styles from './RulesPage.module.css';

const DAY_MS = 86_400_000;
const SPANS = { d1: 1, d7: 7, d30: 30 } as const;
type Span = keyof typeof SPANS;
// the keys of a literal are exactly these
const SPAN_IDS = Object.keys(SPANS) as Span[];
const MOST_SHOWN = 20;

/** What the draft would have raised on what is stored, before it goes live. */
export function RuleTrial(props: { readonly rule: RuleId; readonly body: RuleBody; readonly isUsable: boolean }) {
  const { t } = useWords();
  const now = useNow();
  const [span, setSpan] = useState<Span>('d1');
  const { mutate, data, error, isPending, variables } = useTryRule();
  const { rule, body } = props;
  if (body.source.of !== 'reading') return <p className={styles.soft}>{t('rules.tryNot')}</p>;
  return (
    <section className={styles.trial} aria-label={t('rules.try')}>
      <div className={styles.trialHead}>
        <Select
          label={t('rules.trySpan')}
          data={SPAN_IDS.map((value) => ({ value, label: t(`rules.tryDays.${value}`) }))}
          value={span}
          allowDeselect={false}
          onChange={(value) => setSpan(SPAN_IDS.find((one) => one === value) ?? span)}
        />
        <Button
          variant="default"
          loading={isPending}
          disabled={!props.isUsable}
          onClick={() => mutate({ id: rule, body, from: now - SPANS[span] * DAY_MS, to: now })}
        >
          {t('rules.try')}
        </Button>
      </div>
      {isPending ? (
        <p className={styles.soft} role="status">
          {t('rules.trying')}
        </p>
      ) : null}
      {error ? (
        <p className={styles.fault} role="alert">
          {problemWords(error, t)}
        </p>
      ) : null}
      {/* what was tried is told as long as it is still what stands in the form */}
      {data && variables.body === body ? <Found found={data} body={body} /> : null}
    </section>
  );
}

function Found({ found, body }: { readonly found: TryResult; readonly body: RuleBody }) {
  const { t } = useWords();
  const formats = useFormats();
  const now = useNow();
  const { data: schools } = useQuery(schoolsQuery);
  const { alarms } = found;
  const newest = [...alarms].sort((one, other) => other.raisedAt - one.raisedAt).slice(0, MOST_SHOWN);
  const more = alarms.length - newest.length;
  return (
    <div role="status">
      <p className={styles.found}>
        {alarms.length === 0
          ? t('rules.tryNone')
          : t('rules.tryFound', { count: alarms.length, shown: formats.number(alarms.length) })}
      </p>
      <p className={styles.soft}>
        {t('rules.tryBasis', { readings: formats.number(found.readings), series: formats.number(found.series) })}
      </p>
      {found.truncated ? <p className={styles.fault}>{t('rules.tryTruncated')}</p> : null}
      <ol className={styles.finds}>
        {newest.map(({ school, device, sensor, severity, value, raisedAt, clearedAt }) => (
          <li key={`${school} ${device} ${sensor} ${raisedAt}`}>
            <Tag tone={TONE[severity]} word={t(`condition.${severity}`)} />
            <span>
              {schools?.find(({ id }) => id === school)?.name ?? school} · {device}
              {sensor ? ` (${sensor})` : ''}
            </span>
            <span>
              {ruleFigure(body.source, value, formats, t)} · {formats.moment(raisedAt, now)} ·{' '}
              {clearedAt === null ? t('rules.tryOpen') : durationWords(clearedAt - raisedAt, t)}
            </span>
          </li>
        ))}
      </ol>
      {more > 0 ? <p className={styles.soft}>{t('rules.tryMore', { shown: formats.number(more) })}</p> : null}
    </div>
  );
}
