import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { lazy, Suspense, useCallback, useMemo, useRef } from 'react';
import type { SchoolId } from '../../../contracts/ids.ts';
import { METRICS } from '../../../contracts/metrics.ts';
import type { DeviceKind, Limit } from '../../../devices/kind.ts';
import { alarmsOfDeviceQuery } from '../../data/alarms.ts';
import { toCsv } from '../../data/csv.ts';
import { limitsOf } from '../../data/deviceKinds.ts';
import { historyQuery } from '../../data/queries.ts';
import { gapAfterMs, withGaps } from '../../data/range.ts';
import type { PickedSeries } from '../../data/schoolRooms.ts';
import { token } from '../../theme/theme.ts';
import { Bones } from '../../ui/Bones.tsx';
import type { ChartHandle } from '../../ui/Chart.tsx';
import { Choice } from '../../ui/Choice.tsx';
import { download } from '../../ui/download.ts';
import { Panel } from '../../ui/Panel.tsx';
import { State } from '../../ui/State.tsx';
import { useElementSize } from '../../ui/useElementSize.ts';
import { durationWords } from '../../widgets/Age.tsx';
import { bandsOf } from '../../widgets/alarms/bands.ts';
import { ProblemState } from '../../widgets/ProblemState.tsx';
import { isState, metricName, valueWords } from '../../widgets/readingWords.ts';
import { useFormats } from '../../words/FormatsProvider.tsx';
import { useWords } from '../../words/words.ts';
import styles from './History.module.css';
import { PointTable } from './PointTable.tsx';
import { RangePicker } from './RangePicker.tsx';
import { useRange } from './useRange.ts';

const LineChart = lazy(() => import('../../widgets/LineChart.tsx').then((part) => ({ default: part.LineChart })));

/** How numbers of each shape are brought together in one point. */
const AGGREGATE = { gauge: 'mean', counter: 'last', period: 'sum', state: 'max' } as const;

/** What one value did before: picture or table, over a range that is in the address. */
export function History(props: {
  readonly school: SchoolId;
  readonly series: PickedSeries | null;
  readonly kind: DeviceKind | undefined;
}) {
  const { t } = useWords();
  if (!props.series)
    return (
      <Panel title={t('school.history')}>
        <State title={t('school.pickSeries')} />
      </Panel>
    );
  return <SeriesHistory {...props} series={props.series} />;
}

function SeriesHistory(props: {
  readonly school: SchoolId;
  readonly series: PickedSeries;
  readonly kind: DeviceKind | undefined;
}) {
  const { t } = useWords();
  const formats = useFormats();
  const { view } = useSearch({ from: '/desk/schools/$school' });
  const navigate = useNavigate({ from: '/schools/$school' });
  const chart = useRef<ChartHandle>(null);
  const [frame, { width }] = useElementSize<HTMLDivElement>();
  const { device, metric, sensor } = props.series;
  const { shape, unit, decimals } = METRICS[metric];
  const expectedMs = props.kind?.expectedIntervalMs ?? null;
  const { range, step, isInvalid } = useRange(width || 800, expectedMs);
  const { data, error, refetch, isPlaceholderData } = useQuery({
    ...historyQuery({
      school: props.school,
      device,
      metric,
      sensor,
      ...range,
      every: step.every,
      aggregate: AGGREGATE[shape],
    }),
    enabled: width > 0,
  });
  const gapMs = gapAfterMs(step, expectedMs);
  const points = useMemo(() => withGaps(data?.points ?? [], gapMs), [data, gapMs]);
  const { data: alarms } = useQuery({
    ...alarmsOfDeviceQuery({ school: props.school, device, ...range }),
    enabled: width > 0,
  });
  const bands = useMemo(() => bandsOf(alarms ?? [], { metric, sensor }, t('alarm.band')), [alarms, metric, sensor, t]);
  const value = useCallback((shown: number) => valueWords(metric, shown, formats, t), [metric, formats, t]);
  const axisValue = useCallback(
    (shown: number) => (isState(metric) ? value(shown) : formats.number(shown, decimals)),
    [metric, value, formats, decimals],
  );
  const limits = limitsOf(props.kind, metric);
  const limitWord = useCallback(
    ({ condition, direction, raise }: Limit) =>
      `${t(`condition.${condition}`)}: ${t(direction === 'above' ? 'school.limitAbove' : 'school.limitBelow', { value: formats.quantity(raise, decimals, unit) })}`,
    [t, formats, decimals, unit],
  );
  const name = metricName(metric, formats);
  const fileName = `${props.school}_${device.replace(/[^\w.-]+/g, '-')}_${metric}`;
  const values = (data?.points ?? []).map(([, shown]) => shown);

  function saveCsv(): void {
    const head = [t('chart.time'), unit ? `${name} (${unit})` : name];
    const rows = (data?.points ?? []).map(([at, shown]) => [formats.dateTime(at), shown]);
    download(`${fileName}.csv`, new Blob([toCsv([head, ...rows])], { type: 'text/csv;charset=utf-8' }));
  }

  function savePng(): void {
    const picture = chart.current?.picture(token('surface'));
    if (picture) download(`${fileName}.png`, picture);
  }

  return (
    <Panel title={`${t('school.history')}: ${name}`} aside={<RangePicker />}>
      <p className={styles.what}>
        <code>{device}</code>
        {sensor ? ` · ${sensor}` : ''}
        {props.kind ? ` · ${props.kind.words[formats.language]}` : ''}
      </p>
      {isInvalid ? <p className={styles.note}>{t('range.invalid')}</p> : null}
      <div ref={frame} className={styles.frame} data-waiting={isPlaceholderData || undefined}>
        {error && !data ? <ProblemState error={error} onRetry={() => void refetch()} /> : null}
        {!data && !error ? <Bones lines={6} label={t('app.loading')} /> : null}
        {data && data.points.length === 0 ? <State title={t('chart.empty')} step={t('chart.emptyStep')} /> : null}
        {data && data.points.length > 0 && view === 'table' ? (
          <PointTable points={data.points} name={name} value={value} />
        ) : null}
        {data && data.points.length > 0 && view !== 'table' ? (
          <Suspense fallback={<Bones lines={6} label={t('app.loading')} />}>
            <LineChart
              ref={chart}
              label={t('chart.label', { metric: name, device })}
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
      <footer className={styles.foot}>
        <p>
          {values.length > 0 && !isState(metric)
            ? t('chart.summary', {
                points: formats.number(values.length),
                min: value(Math.min(...values)),
                mean: value(values.reduce((sum, one) => sum + one, 0) / values.length),
                max: value(Math.max(...values)),
              })
            : null}
          {values.length > 0 && !isState(metric) ? <br /> : null}
          {step.ms === null ? t('chart.raw') : t('chart.every', { step: durationWords(step.ms, t) })}
        </p>
        <div className={styles.tools}>
          <Choice
            label={t('school.history')}
            value={view ?? 'chart'}
            options={[
              { value: 'chart', word: t('chart.picture') },
              { value: 'table', word: t('chart.table') },
            ]}
            onChange={(next) =>
              void navigate({
                search: (before) => ({ ...before, view: next === 'table' ? 'table' : undefined }),
                resetScroll: false,
              })
            }
          />
          <Button variant="default" size="xs" onClick={saveCsv} disabled={values.length === 0}>
            {t('chart.csv')}
          </Button>
          <Button variant="default" size="xs" onClick={savePng} disabled={values.length === 0 || view === 'table'}>
            {t('chart.png')}
          </Button>
        </div>
      </footer>
    </Panel>
  );
}
