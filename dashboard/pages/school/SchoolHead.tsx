import { Link } from '@tanstack/react-router';
import type { SchoolView } from '../../../contracts/liveFold.ts';
import type { School } from '../../../contracts/places.ts';
import { paths } from '../../paths.ts';
import { Figure } from '../../ui/Figure.tsx';
import { Tag } from '../../ui/Tag.tsx';
import { ToneMark } from '../../ui/ToneMark.tsx';
import { useTitle } from '../../ui/useTitle.ts';
import { Age } from '../../widgets/Age.tsx';
import { ConditionTag } from '../../widgets/ConditionTag.tsx';
import { reasonWords } from '../../widgets/reasonWords.ts';
import { GATEWAY_TONE, TONE } from '../../widgets/tone.ts';
import { useFormats } from '../../words/FormatsProvider.tsx';
import { NOTHING } from '../../words/formats.ts';
import { useWords } from '../../words/words.ts';
import styles from './SchoolHead.module.css';

/** Who the school is and how it stands, before any detail. */
export function SchoolHead(props: {
  readonly school: School;
  readonly area: string | null;
  readonly view: SchoolView | null;
}) {
  const { t } = useWords();
  const formats = useFormats();
  const { school, view } = props;
  useTitle(`${school.name} · ${t('app.name')}`);
  const facts = [
    t(`level.${school.level}`),
    props.area,
    school.students === null ? null : t('school.students', { pupils: formats.number(school.students) }),
  ].filter((fact) => fact !== null);
  const state = view?.condition;
  const total = state ? Object.values(state.devices).reduce((sum, part) => sum + part, 0) : 0;
  const reason = state ? reasonWords(state, formats, t) : '';
  return (
    <header className={styles.head}>
      <div className={styles.title}>
        <Link {...paths.schools()} className={styles.back}>
          ← {t('school.back')}
        </Link>
        <h1>{school.name}</h1>
        <p className={styles.facts}>{facts.join(' · ')}</p>
        {state ? (
          <p className={styles.state}>
            <ConditionTag condition={state.condition} />
            {state.condition === 'normal' || reason === '' ? null : <span>{reason}</span>}
          </p>
        ) : null}
      </div>
      {state ? (
        <div className={styles.figures}>
          <Figure
            name={t('school.devicesLive')}
            value={formats.number(state.devices.live)}
            outOf={`/${formats.number(total)}`}
            note={<Age at={state.lastMeasuredAt} />}
          />
          <Figure
            name={t('school.overLimit')}
            value={formats.number(state.overLimitCount)}
            mark={state.overLimitCount > 0 ? <ToneMark tone={TONE[state.condition]} size="0.62em" /> : null}
          />
          <Figure
            name={t('school.arrivals')}
            value={state.arrivals === null ? NOTHING : formats.number(state.arrivals)}
            isVoid={state.arrivals === null}
            note={state.arrivals === null ? t('school.arrivalsNone') : null}
          />
          <div className={styles.gateways}>
            <p>{t('school.gateways')}</p>
            <ul>
              {[...(view?.gateways.values() ?? [])].map(({ gateway, state: link, since }) => (
                <li key={gateway}>
                  <Tag tone={GATEWAY_TONE[link]} word={gateway} />
                  <span>
                    {t(`gateway.${link}`)}
                    {since === null ? null : <> · {formats.dateTime(since)}</>}
                  </span>
                </li>
              ))}
            </ul>
            {view?.gateways.size === 0 ? (
              <p>
                {t('school.noGateways')} <Link {...paths.connect(school.id)}>{t('school.addGateway')}</Link>
              </p>
            ) : null}
          </div>
        </div>
      ) : null}
    </header>
  );
}
