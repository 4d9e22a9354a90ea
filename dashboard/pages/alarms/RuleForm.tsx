import { Button, NumberInput, Switch } from '@mantine/core';
import { useState } from 'react';
import { METRICS } from '../../../contracts/metrics.ts';
import type { Rule, RuleBody } from '../../../contracts/rule.ts';
import { useSaveRule } from '../../data/alarms.ts';
import { useMay } from '../../data/permissions.ts';
import { statusOf } from '../../data/problem.ts';
import { bodyOf, isChanged, isUsable, minutesOf, withHold, withLevel } from '../../data/ruleDraft.ts';
import { Tag } from '../../ui/Tag.tsx';
import { hasFigures } from '../../widgets/alarms/alarmWords.ts';
import { problemWords } from '../../widgets/problemWords.ts';
import { TONE } from '../../widgets/tone.ts';
import type { Language } from '../../words/languages.ts';
import { type Translate, useWords } from '../../words/words.ts';
import styles from './RulesPage.module.css';
import { RuleTrial } from './RuleTrial.tsx';

const SIGNS: Record<Language, { readonly decimalSeparator: string; readonly thousandSeparator: string }> = {
  vi: { decimalSeparator: ',', thousandSeparator: '.' },
  en: { decimalSeparator: '.', thousandSeparator: ',' },
};
const MOST_MINUTES = 24 * 60;

function unitOf({ source }: RuleBody, t: Translate): string {
  switch (source.of) {
    case 'reading':
      return METRICS[source.metric].unit ?? t('rules.unit.count');
    case 'clock_skew':
      return t('rules.unit.seconds');
    case 'disk':
      return t('rules.unit.percent');
    case 'gateway_down':
    case 'quarantine':
    case 'no_data':
      return t('rules.unit.count');
  }
}

/** The levels, the holds and whether it is in use. Who may not save may still try. */
export function RuleForm({ rule }: { readonly rule: Rule }) {
  const { t, language } = useWords();
  const mayTry = useMay('operate') === true;
  const maySave = useMay('administer') === true;
  const [body, setBody] = useState<RuleBody>(() => bodyOf(rule));
  const { mutate, isPending, error, reset } = useSaveRule();
  const isReadOnly = !mayTry && !maySave;
  const unit = unitOf(body, t);
  const isRight = isUsable(body);
  const isAbove = body.direction === 'above';
  const change = (next: RuleBody) => {
    reset();
    setBody(next);
  };
  // an empty field is no figure: what stood there stays until one is typed
  const figure = (set: (value: number) => void) => (value: number | string) => {
    if (typeof value === 'number') set(value);
  };
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        mutate({ id: rule.id, version: rule.version, body });
      }}
    >
      <Switch
        label={t('rules.enabled')}
        checked={body.enabled}
        disabled={isReadOnly}
        onChange={(event) => change({ ...body, enabled: event.currentTarget.checked })}
      />
      {body.levels.map(({ severity, raise, clear }) => (
        <fieldset key={severity} className={styles.level}>
          <legend>
            <Tag tone={TONE[severity]} word={t(`condition.${severity}`)} />
          </legend>
          {hasFigures(body.source) ? (
            (['raise', 'clear'] as const).map((end) => (
              <NumberInput
                key={end}
                {...SIGNS[language]}
                label={t(`rules.${end}${isAbove ? 'Above' : 'Below'}`, { unit })}
                value={end === 'raise' ? raise : clear}
                readOnly={isReadOnly}
                onChange={figure((value) => change(withLevel(body, severity, { [end]: value })))}
              />
            ))
          ) : (
            <p className={styles.soft}>{t('rules.atOnce')}</p>
          )}
        </fieldset>
      ))}
      <div className={styles.pair}>
        {(['raiseMs', 'clearMs'] as const).map((part) => (
          <NumberInput
            key={part}
            {...SIGNS[language]}
            label={t(part === 'raiseMs' ? 'rules.holdRaise' : 'rules.holdClearLabel')}
            min={0}
            max={MOST_MINUTES}
            value={minutesOf(body.hold[part])}
            readOnly={isReadOnly}
            onChange={figure((value) => change(withHold(body, part, value)))}
          />
        ))}
      </div>
      {isRight ? null : (
        <p className={styles.fault} role="alert">
          {t('rules.invalid')}
        </p>
      )}
      {error ? (
        <p className={styles.fault} role="alert">
          {statusOf(error) === 409 ? t('rules.conflict') : problemWords(error, t)}
        </p>
      ) : null}
      <div className={styles.buttons}>
        {maySave ? (
          <Button type="submit" loading={isPending} disabled={!isRight || !isChanged(rule, body)}>
            {t('rules.save')}
          </Button>
        ) : (
          <p className={styles.soft}>{t('rules.mayNot')}</p>
        )}
      </div>
      {mayTry ? <RuleTrial rule={rule.id} body={body} isUsable={isRight} /> : null}
    </form>
  );
}
