import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { lazy, Suspense, useCallback, useMemo } from 'react';
import type { DeviceId, SchoolId } from '../../../contracts/ids.ts';
import { METRICS, type MetricId } from '../../../contracts/metrics.ts';
import type { Rule } from '../../../contracts/rule.ts';
import type { Limit } from '../../../devices/kind.ts';
import { rangeAround } from '../../data/alarmChart.ts';
import type { AlarmDetail } from '../../data/alarms.ts';
import { useNow } from '../../data/live.tsx';
import { historyQuery } from '../../data/queries.ts';
import { gapAfterMs, stepFor, withGaps } from '../../data/range.ts';
import { paths } from '../../paths.ts';
import { Bones } from '../../ui/Bones.tsx';
import { Panel } from '../../ui/Panel.tsx';
import { State } from '../../ui/State.tsx';
import { useElementSize } from '../../ui/useElementSize.ts';
import { bandsOf } from '../../widgets/alarms/bands.ts';
import { ProblemState } from '../../widgets/ProblemState.tsx';
import { isState, metricName, valueWords } from '../../widgets/readingWords.ts';
import { useFormats } from '../../words/FormatsProvider.tsx';
import { useWords } from '../../words/words.ts';
import styles from './AlarmPage.module.css';

const LineChart = lazy(() => import('../../widgets/LineChart.tsx').then((part) => ({ default: part.LineChart })));

export interface SeriesOfAlarm {
  readonly school: SchoolId;
  readonly device: DeviceId;
  readonly metric: MetricId;
}

/** The levels as they are drawn; where the place has its own, only the one that was crossed is known here. */
export function limitsOfAlarm(
  alarm: Pick<AlarmDetail, 'level' | 'severity' | 'value'>,
  rule: Rule | undefined,
): Limit[] {
  const direction = rule?.direction ?? (Number(alarm.value) < alarm.level ? 'below' : 'above');
  const levels = rule?.levels.some(({ raise }) => raise === alarm.level)
    ? rule.levels
    : [{ severity: alarm.severity, raise: alarm.level, clear: alarm.level }];
  return levels.map(({ severity, raise, clear }) => ({
    direction,
    condition: severity,
    raise,
    clear,
    source: rule?.origin ?? '',
  }));
}

/** The value around the time it was raised, its limits, and the alarm as a band behind it. */
export function AlarmChart(props: {
  readonly alarm: AlarmDetail;
  readonly series: SeriesOfAlarm;
  readonly rule: Rule | undefined;
}) {
  const { t } = useWords();
  const formats = useFormats();
  const now = useNow();
  const [frame, { width }] = useElementSize<HTMLDivElement>();
  const { alarm, rule } = props;
  const { school, device, metric } = props.series;
  const { sensor, raisedAt, clearedAt, severity } = alarm;
  const { decimals, unit } = METRICS[metric];
  const { from, to } = rangeAround({ raisedAt, clearedAt }, now);
  const range = useMemo(() => ({ from, to }), [from, to]);
  const step = stepFor(range, width || 800, null);
  const { data, error, refetch } = useQuery({
    ...historyQuery({
      school,
      device,
      metric,
      sensor,
      ...range,
      every: step.every,
      aggregate: isState(metric) ? 'max' : 'mean',
    }),
    enabled: width > 0,
  });
  const gapMs = gapAfterMs(step, null);
  const points = useMemo(() => withGaps(data?.points ?? [], gapMs), [data, gapMs]);
  const limits = useMemo(() => (isState(metric) ? [] : limitsOfAlarm(alarm, rule)), [alarm, rule, metric]);
  const bands = useMemo(
    () => bandsOf([{ metric, sensor, raisedAt, clearedAt, severity }], { metric, sensor }, t('alarm.band')),
    [metric, sensor, raisedAt, clearedAt, severity, t],
  );
  const value = useCallback((shown: number) => valueWords(metric, shown, formats, t), [metric, formats, t]);
  const axisValue = useCallback(
    (shown: number) => (isState(metric) ? value(shown) : formats.number(shown, decimals)),
    [metric, value, formats, decimals],
  );
  const limitWord = useCallback(
    ({ condition, direction, raise }: Limit) =>
      `${t(`condition.${condition}`)}: ${t(direction === 'above' ? 'school.limitAbove' : 'school.limitBelow', { value: formats.quantity(raise, decimals, unit) })}`,
    [t, formats, decimals, unit],
  );
  const name = metricName(metric, formats);
  return (
    <Panel
      title={t('alarm.around')}
      aside={
        <Link {...paths.series(school, { device, metric, sensor }, { from: String(from), to: String(to) })}>
          {t('alarm.toHistory')}
        </Link>
      }
    >
      <div ref={frame} className={styles.chart}>
        {error && !data ? <ProblemState error={error} onRetry={() => void refetch()} /> : null}
        {!data && !error ? <Bones lines={6} label={t('app.loading')} /> : null}
        {data && data.points.length === 0 ? <State title={t('chart.empty')} /> : null}
        {data && data.points.length > 0 ? (
          <Suspense fallback={<Bones lines={6} label={t('app.loading')} />}>
            <LineChart
              label={t('alarm.aroundLabel', { metric: name, device })}
              points={points}
              range={range}
              limits={limits}
              bands={bands}
              isStep={isState(metric)}
              decimals={decimals}
              unit={unit}
              axisValue={axisValue}
              value={value}
              limitWord={limitWord}
            />
          </Suspense>
        ) : null}
      </div>
    </Panel>
  );
}
