import { type Ref, useMemo } from 'react';
import { remPx, token, useTheme } from '../theme/theme.ts';
import { Chart, type ChartHandle } from '../ui/Chart.tsx';
import { useFormats } from '../words/FormatsProvider.tsx';
import { type LineOptions, lineOption } from './chartOption.ts';

export type LineChartProps = Omit<LineOptions, 'paint' | 'formats' | 'fontSize'> & {
  readonly label: string;
  readonly ref?: Ref<ChartHandle>;
};

/** One series over time. */
export function LineChart({ label, ref, ...options }: LineChartProps) {
  const formats = useFormats();
  const theme = useTheme();
  const { points, range, limits, bands, isStep, decimals, unit, value, axisValue, limitWord } = options;
  // biome-ignore lint/correctness/useExhaustiveDependencies: another theme gives the same tokens other colours
  const option = useMemo(
    () =>
      lineOption({
        points,
        range,
        limits,
        bands,
        isStep,
        decimals,
        unit,
        value,
        axisValue,
        limitWord,
        paint: token,
        formats,
        fontSize: 0.8 * remPx(),
      }),
    [points, range, limits, bands, isStep, decimals, unit, value, axisValue, limitWord, formats, theme],
  );
  return <Chart ref={ref} option={option} label={label} />;
}
