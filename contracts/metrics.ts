/**
 * The canonical metrics: everything a device says is converted to these names and units before it is stored.
 * `min` and `max` are what is physically possible for the sensors sold, not what is comfortable: a value outside is a
 * defect of the sensor or of a decoder and goes to the quarantine. Comfort and safety limits belong to device kinds.
 */
export type MetricShape = 'gauge' | 'counter' | 'period' | 'state';

export interface Metric {
  /** Canonical unit, null for a state or a bare count. */
  readonly unit: string | null;
  /** gauge: a level; counter: grows for ever, resets happen; period: amount since the last message; state: 0 or 1. */
  readonly shape: MetricShape;
  readonly min: number;
  readonly max: number;
  /** Digits after the decimal sign when shown. */
  readonly decimals: number;
  readonly words: { readonly vi: string; readonly en: string };
}

const gauge = (unit: string | null, min: number, max: number, decimals: number, vi: string, en: string): Metric => ({
  unit,
  shape: 'gauge',
  min,
  max,
  decimals,
  words: { vi, en },
});
const counter = (unit: string | null, max: number, decimals: number, vi: string, en: string): Metric => ({
  unit,
  shape: 'counter',
  min: 0,
  max,
  decimals,
  words: { vi, en },
});
const period = (vi: string, en: string): Metric => ({
  unit: null,
  shape: 'period',
  min: 0,
  max: 100_000,
  decimals: 0,
  words: { vi, en },
});
const state = (vi: string, en: string): Metric => ({
  unit: null,
  shape: 'state',
  min: 0,
  max: 1,
  decimals: 0,
  words: { vi, en },
});

export const METRICS = {
  temperature: gauge('°C', -60, 125, 1, 'Nhiệt độ', 'Temperature'),
  humidity: gauge('%', 0, 100, 0, 'Độ ẩm', 'Humidity'),
  co2: gauge('ppm', 100, 50_000, 0, 'CO₂', 'CO₂'),
  tvoc: gauge('ppb', 0, 100_000, 0, 'VOC tổng', 'TVOC'),
  hcho: gauge('mg/m³', 0, 50, 2, 'Formaldehyde', 'Formaldehyde'),
  nh3: gauge('ppm', 0, 5_000, 1, 'NH₃', 'NH₃'),
  h2s: gauge('ppm', 0, 5_000, 1, 'H₂S', 'H₂S'),
  co: gauge('ppm', 0, 10_000, 0, 'CO', 'CO'),
  o2: gauge('%', 0, 100, 1, 'Oxy', 'Oxygen'),
  gas_lel: gauge('%LEL', 0, 100, 0, 'Khí cháy', 'Combustible gas'),
  pm1: gauge('µg/m³', 0, 10_000, 0, 'Bụi PM1', 'PM1'),
  pm25: gauge('µg/m³', 0, 10_000, 0, 'Bụi PM2.5', 'PM2.5'),
  pm10: gauge('µg/m³', 0, 10_000, 0, 'Bụi PM10', 'PM10'),
  pressure: gauge('hPa', 300, 1_200, 0, 'Áp suất', 'Pressure'),
  illuminance: gauge('lx', 0, 200_000, 0, 'Độ rọi', 'Illuminance'),
  sound_level: gauge('dBA', 0, 160, 0, 'Tiếng ồn', 'Noise'),
  power: gauge('W', -1_000_000, 10_000_000, 0, 'Công suất', 'Power'),
  energy: counter('kWh', 1_000_000_000, 2, 'Điện năng', 'Energy'),
  voltage: gauge('V', 0, 1_000, 0, 'Điện áp', 'Voltage'),
  current: gauge('A', -10_000, 10_000, 2, 'Dòng điện', 'Current'),
  battery: gauge('%', 0, 100, 0, 'Pin', 'Battery'),
  battery_voltage: gauge('V', 0, 100, 2, 'Điện áp pin', 'Battery voltage'),
  rssi: gauge('dBm', -200, 20, 0, 'Cường độ sóng', 'Signal strength'),
  people_count: gauge(null, 0, 100_000, 0, 'Số người', 'People'),
  people_in: period('Người vào', 'People in'),
  people_out: period('Người ra', 'People out'),
  people_in_total: counter(null, 1e12, 0, 'Tổng lượt vào', 'Total in'),
  people_out_total: counter(null, 1e12, 0, 'Tổng lượt ra', 'Total out'),
  occupancy: state('Có người', 'Occupancy'),
  opening: state('Cửa mở', 'Opening'),
  gas_alarm: state('Báo khí', 'Gas alarm'),
  smoke_alarm: state('Báo khói', 'Smoke alarm'),
  leak_alarm: state('Báo rò nước', 'Water leak alarm'),
  tamper_alarm: state('Báo phá thiết bị', 'Tamper alarm'),
  switch_on: state('Đang bật', 'Switched on'),
  online: state('Kết nối', 'Online'),
  // What a self-describing source (Sparkplug tags) names itself: the sensor carries its name, nothing is guessed.
  signal: state('Tín hiệu', 'Signal'),
  measurement: gauge(null, -1e15, 1e15, 2, 'Giá trị đo', 'Measured value'),
} as const satisfies Record<string, Metric>;

export type MetricId = keyof typeof METRICS;

const known: ReadonlyMap<string, Metric> = new Map(Object.entries(METRICS));

/** A Map behind it: `constructor` and `__proto__` are not metrics. */
export function isMetric(name: string): name is MetricId {
  return known.has(name);
}

export const METRIC_IDS = Object.keys(METRICS) as readonly MetricId[];
