import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { RuleId } from '../../../contracts/alarm.ts';
import type { Rule } from '../../../contracts/rule.ts';
import { dayOf } from '../../data/alarmRows.ts';
import { alarmsSinceQuery } from '../../data/alarms.ts';
import { useNow } from '../../data/live.tsx';
import { floorTo } from '../../data/range.ts';
import { Digits } from '../../ui/Digits.tsx';
import { useFormats } from '../../words/FormatsProvider.tsx';
import { NOTHING } from '../../words/formats.ts';
import { useWords } from '../../words/words.ts';
import styles from './AlarmToday.module.css';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const HOURS_A_DAY = 24;
const RULES_SHOWN = 5;

/** How today goes: how many were raised, hour by hour, and which rules raised most. */
export function AlarmToday({ rules, isOn }: { readonly rules: ReadonlyMap<RuleId, Rule>; readonly isOn: boolean }) {
  const { t } = useWords();
  const formats = useFormats();
  const minute = Math.floor(useNow() / MINUTE_MS) * MINUTE_MS;
  const from = floorTo(minute, 'd', formats.timeZone);
  const { data } = useQuery({ ...alarmsSinceQuery(from), enabled: isOn });
  const day = useMemo(() => (data ? dayOf(data, { from, now: minute + MINUTE_MS }) : null), [data, from, minute]);
  const hoursSoFar = Math.max(1, (minute - from) / HOUR_MS);
  const most = Math.max(1, ...(day?.perHour ?? []));
  return (
    <section className={styles.today} aria-labelledby="today-title">
      <h2 id="today-title" className={styles.title}>
        {t('alarmWall.today')}
      </h2>
      <p className={styles.total}>
        <b>
          <Digits text={day ? formats.number(day.total) : NOTHING} />
        </b>
        {t('alarmWall.todayRaised', { count: day?.total ?? 0 })}
        {day && day.total > 0 ? (
          <span>· {t('alarmWall.perHour', { shown: formats.number(day.total / hoursSoFar, 1) })}</span>
        ) : null}
      </p>
      <ol className={styles.hours} aria-label={t('alarmWall.hours')}>
        {Array.from({ length: HOURS_A_DAY }, (_, hour) => {
          const raised = day?.perHour[hour];
          const at = from + hour * HOUR_MS;
          return (
            <li key={at} data-future={raised === undefined || undefined} data-none={raised === 0 || undefined}>
              <span className={styles.bar} style={{ height: `${((raised ?? 0) / most) * 100}%` }} />
              <span className="visually-hidden">
                {t('alarmWall.hour', {
                  from: formats.time(at),
                  to: formats.time(at + HOUR_MS),
                  shown: raised === undefined ? NOTHING : formats.number(raised),
                })}
              </span>
            </li>
          );
        })}
      </ol>
      <p className={styles.scale} aria-hidden="true">
        {[0, 6, 12, 18].map((hour) => (
          <span key={hour}>{formats.time(from + hour * HOUR_MS)}</span>
        ))}
      </p>
      <h3 className={styles.title}>{t('alarmWall.worstRules')}</h3>
      {day && day.rules.length === 0 ? <p className={styles.none}>{t('alarmWall.worstNone')}</p> : null}
      <ol className={styles.rules}>
        {day?.rules.slice(0, RULES_SHOWN).map(([rule, raised]) => (
          <li key={rule}>
            <span>{rules.get(rule)?.words[formats.language] ?? rule}</span>
            <b>{formats.number(raised)}</b>
          </li>
        ))}
      </ol>
    </section>
  );
}
