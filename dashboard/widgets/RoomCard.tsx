import type { LiveDevice, LiveReading } from '../../contracts/live.ts';
import type { SchoolView } from '../../contracts/liveFold.ts';
import { METRICS } from '../../contracts/metrics.ts';
import { READING_FLAGS } from '../../contracts/reading.ts';
import { judge } from '../../devices/judge.ts';
import type { DeviceKind, Limit } from '../../devices/kind.ts';
import { firstLimit, limitsOf } from '../data/deviceKinds.ts';
import { useNow } from '../data/live.tsx';
import { Tag } from '../ui/Tag.tsx';
import { ToneMark } from '../ui/ToneMark.tsx';
import { useFormats } from '../words/FormatsProvider.tsx';
import { type Translate, useWords } from '../words/words.ts';
import { Age } from './Age.tsx';
import styles from './RoomCard.module.css';
import { metricName, valueWords } from './readingWords.ts';
import { SeriesLink } from './SeriesLink.tsx';
import { LIVENESS_TONE, TONE } from './tone.ts';

export interface RoomDevice {
  readonly device: LiveDevice;
  readonly kind: DeviceKind | undefined;
  readonly readings: readonly LiveReading[];
}

/** Older than this many of its kind's intervals a value greys out. */
const INTERVALS_TO_GREY = 2;
const EVENT_ONLY_GREY_MS = 24 * 3_600_000;

/** A room with its devices and what they say now. */
export function RoomCard(props: {
  readonly view: SchoolView;
  readonly title: string;
  readonly hint: string | null;
  readonly devices: readonly RoomDevice[];
  readonly selected: string | null;
}) {
  return (
    <section className={styles.room}>
      <h2 className={styles.title}>
        {props.title}
        {props.hint && props.hint !== props.title ? <span>{props.hint}</span> : null}
      </h2>
      {props.devices.map((entry) => (
        <DeviceValues key={entry.device.device} view={props.view} entry={entry} selected={props.selected} />
      ))}
    </section>
  );
}

function DeviceValues(props: {
  readonly view: SchoolView;
  readonly entry: RoomDevice;
  readonly selected: string | null;
}) {
  const { t, language } = useWords();
  const { device, kind, readings } = props.entry;
  return (
    <div className={styles.device}>
      <p className={styles.deviceHead}>
        <span className={styles.deviceName}>{kind?.words[language] ?? t('school.kindUnknown')}</span>
        <code className={styles.deviceId}>{device.device}</code>
        {device.liveness === 'live' ? null : (
          <Tag tone={LIVENESS_TONE[device.liveness]} word={t(`liveness.${device.liveness}`)} />
        )}
      </p>
      {readings.length === 0 ? <p className={styles.none}>{t('school.noReadings')}</p> : null}
      <ul>
        {readings.map((reading) => (
          <Value
            key={`${reading.metric} ${reading.sensor}`}
            reading={reading}
            kind={kind}
            view={props.view}
            selected={props.selected}
          />
        ))}
      </ul>
    </div>
  );
}

function Value(props: {
  readonly reading: LiveReading;
  readonly kind: DeviceKind | undefined;
  readonly view: SchoolView;
  readonly selected: string | null;
}) {
  const { t } = useWords();
  const formats = useFormats();
  const now = useNow();
  const { reading, kind, view } = props;
  const { metric, sensor, device, value } = reading;
  // the server remembers the way here (hysteresis); its word goes before our own judgement
  const held = view.condition.overLimit.find(
    (over) => over.device === device && over.metric === metric && over.sensor === sensor,
  );
  const condition = held?.condition ?? (kind ? judge(kind, metric, value, undefined) : 'normal');
  const limit = firstLimit(limitsOf(kind, metric));
  const { decimals, unit, shape } = METRICS[metric];
  const greyAfterMs = kind?.expectedIntervalMs ? INTERVALS_TO_GREY * kind.expectedIntervalMs : EVENT_ONLY_GREY_MS;
  const isOld = now - reading.measuredAt > greyAfterMs;
  const limitWords = limit
    ? limitText(limit, value, held !== undefined, (shown) => formats.quantity(shown, decimals, unit), t)
    : '';
  return (
    <li>
      <SeriesLink
        school={view.condition.school}
        series={reading}
        className={styles.value}
        isSelected={props.selected === `${device}\n${metric}\n${sensor}`}
        label={t('school.showHistory', { metric: metricName(metric, formats), device })}
      >
        <span className={styles.metric}>
          {condition === 'normal' ? null : <ToneMark tone={TONE[condition]} />}
          {metricName(metric, formats)}
          {sensor ? <small>{sensor}</small> : null}
        </span>
        <span className={styles.number} data-tone={isOld ? 'old' : TONE[condition]}>
          {valueWords(metric, value, formats, t)}
        </span>
        <span className={styles.limit} title={limit?.source}>
          {shape === 'state' ? '' : limitWords}
        </span>
        <span className={styles.age} data-old={isOld || undefined}>
          <Age at={reading.measuredAt} />
        </span>
        {(reading.flags & READING_FLAGS.clock) === 0 ? null : (
          <span className={styles.flag}>{t('school.clockFlag')}</span>
        )}
      </SeriesLink>
    </li>
  );
}

/** The limit; while a value is on its way back (hysteresis), where it must get to. */
function limitText(
  { direction, raise, clear }: Limit,
  value: number,
  isHeld: boolean,
  words: (value: number) => string,
  t: Translate,
): string {
  const isBeyond = direction === 'above' ? value >= raise : value < raise;
  if (isHeld && !isBeyond)
    return t(direction === 'above' ? 'school.waitBelow' : 'school.waitAbove', { value: words(clear) });
  return t(direction === 'above' ? 'school.limitAbove' : 'school.limitBelow', { value: words(raise) });
}
