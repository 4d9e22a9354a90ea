import { Link, useSearch } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { DeviceId, SchoolId } from '../../contracts/ids.ts';
import type { MetricId } from '../../contracts/metrics.ts';
import { paths } from '../paths.ts';

/** Opens one series in the history beside; range and view stay as they are. */
export function SeriesLink(props: {
  readonly school: SchoolId;
  readonly series: { readonly device: DeviceId; readonly metric: MetricId; readonly sensor: string };
  readonly className: string | undefined;
  readonly isSelected: boolean;
  readonly label: string;
  readonly children: ReactNode;
}) {
  // also stands on the page of an alarm, where no range is asked for
  const { from, to, view } = useSearch({ strict: false });
  return (
    <Link
      {...paths.series(props.school, props.series, { from, to, view })}
      className={props.className}
      aria-current={props.isSelected ? 'true' : undefined}
      title={props.label}
      resetScroll={false}
      preload={false}
    >
      {props.children}
    </Link>
  );
}
