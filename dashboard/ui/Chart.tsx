/** The only file that knows ECharts: draws an option on a canvas, keeps its size, gives its picture. Domain-free. */
import { LineChart } from 'echarts/charts';
import {
  AriaComponent,
  DataZoomInsideComponent,
  GridComponent,
  MarkAreaComponent,
  MarkLineComponent,
  TooltipComponent,
} from 'echarts/components';
import { type EChartsCoreOption, init, use } from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';
import { useEffect, useImperativeHandle, useRef } from 'react';

use([
  LineChart,
  GridComponent,
  TooltipComponent,
  MarkLineComponent,
  MarkAreaComponent,
  DataZoomInsideComponent,
  AriaComponent,
  CanvasRenderer,
]);

export type ChartOption = EChartsCoreOption;
export interface ChartHandle {
  /** PNG as a data URL, twice as sharp as the screen. */
  picture(background: string): string | null;
}

export function Chart(props: {
  readonly option: ChartOption;
  readonly label: string;
  readonly ref?: React.Ref<ChartHandle>;
}) {
  const element = useRef<HTMLDivElement>(null);
  const chart = useRef<ReturnType<typeof init> | null>(null);

  useEffect(() => {
    if (!element.current) return undefined;
    const drawn = init(element.current);
    chart.current = drawn;
    const observer = new ResizeObserver(() => drawn.resize());
    observer.observe(element.current);
    return () => {
      observer.disconnect();
      chart.current = null;
      drawn.dispose();
    };
  }, []);

  useEffect(() => chart.current?.setOption(props.option, { notMerge: true, lazyUpdate: true }), [props.option]);

  useImperativeHandle(props.ref, () => ({
    picture: (background) =>
      chart.current?.getDataURL({ type: 'png', pixelRatio: 2, backgroundColor: background }) ?? null,
  }));

  return <div ref={element} role="img" aria-label={props.label} style={{ width: '100%', height: '100%' }} />;
}
