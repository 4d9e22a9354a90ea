import type { AlarmBoard } from '../../contracts/live.ts';
import type { Tally } from '../data/conditions.ts';
import { Figure } from '../ui/Figure.tsx';
import { ToneMark } from '../ui/ToneMark.tsx';
import { useFormats } from '../words/FormatsProvider.tsx';
import { NOTHING } from '../words/formats.ts';
import { useWords } from '../words/words.ts';
import { Age } from './Age.tsx';
import { OpenAlarmsFigure } from './alarms/OpenAlarmsFigure.tsx';
import styles from './WallFigures.module.css';

/**
 * Four figures, each with what it covers and how old it is. What nobody knows is a dash, never a zero. A centre that
 * watches rules shows its open alarms; one that does not, what is over its limit.
 */
export function WallFigures({ sums, alarms }: { readonly sums: Tally | null; readonly alarms: AlarmBoard | null }) {
  const { t } = useWords();
  const third = alarms ? t('alarmWall.open') : t('wall.overLimit');
  const names = [t('wall.reporting'), t('wall.arrivals'), third, t('wall.devices')];
  return (
    <div className={styles.figures}>
      {sums && sums.schools > 0 ? (
        <KnownFigures sums={sums} alarms={alarms} />
      ) : (
        names.map((name) => <Figure key={name} name={name} value={NOTHING} note={t('age.never')} isVoid />)
      )}
    </div>
  );
}

function KnownFigures({ sums, alarms }: { readonly sums: Tally; readonly alarms: AlarmBoard | null }) {
  const { t } = useWords();
  const formats = useFormats();
  const { schools, arrivals, overLimit } = sums;
  const outOf = (whole: number) => `/${formats.number(whole)}`;
  const share = (part: number, whole: number) => (whole > 0 ? formats.percent(part / whole) : NOTHING);
  return (
    <>
      <Figure
        name={t('wall.reporting')}
        value={formats.number(sums.reporting)}
        outOf={outOf(schools)}
        note={
          <>
            {share(sums.reporting, schools)} · <Age at={sums.newestAt} />
          </>
        }
      />
      <Figure
        name={t('wall.arrivals')}
        value={arrivals === null ? NOTHING : formats.number(arrivals)}
        isVoid={arrivals === null}
        note={
          arrivals === null
            ? t('wall.arrivalsNone')
            : t('wall.arrivalsCoverage', { share: `${formats.number(sums.arrivalSchools)}${outOf(schools)}` })
        }
      />
      {alarms ? (
        <OpenAlarmsFigure board={alarms} />
      ) : (
        <Figure
          name={t('wall.overLimit')}
          value={sums.reporting > 0 ? formats.number(overLimit) : NOTHING}
          isVoid={sums.reporting === 0}
          mark={overLimit > 0 ? <ToneMark tone={sums.byCondition.danger > 0 ? 'alert' : 'warn'} size="0.62em" /> : null}
          note={
            overLimit > 0
              ? t('wall.overLimitWhere', { schools: formats.number(sums.overLimitSchools) })
              : t('wall.overLimitNone', { share: `${formats.number(sums.reporting)}${outOf(schools)}` })
          }
        />
      )}
      <Figure
        name={t('wall.devices')}
        value={formats.number(sums.devicesLive)}
        outOf={outOf(sums.devices)}
        note={
          sums.devicesLate > 0
            ? t('wall.devicesLate', { devices: formats.number(sums.devicesLate) })
            : share(sums.devicesLive, sums.devices)
        }
      />
    </>
  );
}
