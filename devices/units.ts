/** Conversion of the units devices use into the canonical unit of a metric. Names are those of RFC 8428, RFC 8798 and of makers. */
import { isMetric, METRICS, type MetricId } from '../contracts/metrics.ts';

/** canonical = value × factor + offset, within one dimension. */
interface Scale {
  readonly factor: number;
  readonly offset: number;
}

const scale = (factor: number, offset = 0): Scale => ({ factor, offset });
type Table = Readonly<Record<string, Scale>>;

/** Spellings share a scale: 'µg/m³|ug/m3'. */
function dimension(table: Table): ReadonlyMap<string, Scale> {
  const units = new Map<string, Scale>();
  for (const [names, value] of Object.entries(table)) for (const name of names.split('|')) units.set(name, value);
  return units;
}

const ONE = scale(1);
const MICROGRAMS = 'µg/m³|µg/m3|ug/m³|ug/m3|µg/m^3|ug/m^3|mcg/m3|ugm3|µgm3';
const MILLIGRAMS = 'mg/m³|mg/m3|mg/m^3';

const PARTS: Table = {
  'ppm|PPM|µmol/mol': ONE,
  'ppb|PPB|nmol/mol': scale(1e-3),
  '/': scale(1e6),
  '%|%vol|vol%|%Vol|/100': scale(1e4),
};

/** By canonical unit. A gas fraction in percent and a humidity in percent are different dimensions on purpose. */
const DIMENSIONS: Readonly<Record<string, ReadonlyMap<string, Scale>>> = {
  '°C': dimension({
    '°C|Cel|C|℃|ºC|degC|deg C|celsius|Celsius|° C|°c|c': ONE,
    'K|kelvin|Kelvin|°K': scale(1, -273.15),
    '°F|F|℉|ºF|degF|deg F|fahrenheit|Fahrenheit|° F|°f|f': scale(5 / 9, -160 / 9),
  }),
  '%': dimension({ '%|percent|pct|/100': ONE, '/': scale(100), '/1000': scale(0.1) }),
  ppm: dimension(PARTS),
  ppb: dimension(Object.fromEntries(Object.entries(PARTS).map(([names, s]) => [names, scale(s.factor * 1e3)]))),
  'mg/m³': dimension({
    [MILLIGRAMS]: ONE,
    [MICROGRAMS]: scale(1e-3),
    'kg/m3|kg/m³': scale(1e6),
    'g/m3|g/m³': scale(1e3),
  }),
  'µg/m³': dimension({
    [MICROGRAMS]: ONE,
    [MILLIGRAMS]: scale(1e3),
    'kg/m3|kg/m³': scale(1e9),
    'g/m3|g/m³': scale(1e6),
  }),
  '%LEL': dimension({ '%LEL|%lel|% LEL|LEL|lel|LEL%|%': ONE, '/': scale(100) }),
  hPa: dimension({
    'hPa|mbar|mb|mBar|hpa': ONE,
    'Pa|pa': scale(0.01),
    'kPa|kpa': scale(10),
    MPa: scale(10_000),
    'bar|Bar': scale(1000),
    'mmHg|mm Hg|torr|Torr': scale(1.333223874),
    'inHg|in Hg': scale(33.86389),
    psi: scale(68.94757293),
    atm: scale(1013.25),
  }),
  lx: dimension({ 'lx|lux|Lux|LUX|lm/m2|lm/m²': ONE, 'klx|klux': scale(1000) }),
  dBA: dimension({ 'dBA|dB(A)|dB|db|dba|dB A|dbA': ONE, Bspl: scale(10) }),
  W: dimension({
    'W|watt|Watt|watts': ONE,
    'kW|KW': scale(1000),
    mW: scale(1e-3),
    MW: scale(1e6),
    'µW|uW': scale(1e-6),
  }),
  kWh: dimension({
    'kWh|KWh|kwh|kW.h|kW·h': ONE,
    'Wh|wh|W.h|W·h': scale(1e-3),
    MWh: scale(1e3),
    GWh: scale(1e6),
    mWh: scale(1e-6),
    'J|Ws|W.s': scale(1 / 3.6e6),
    kJ: scale(1 / 3.6e3),
    MJ: scale(1 / 3.6),
    GJ: scale(1e3 / 3.6),
  }),
  V: dimension({ 'V|v|volt|volts|Volt': ONE, 'mV|mv': scale(1e-3), kV: scale(1e3), 'µV|uV': scale(1e-6) }),
  A: dimension({ 'A|a|amp|ampere|Ampere|amps': ONE, 'mA|ma': scale(1e-3), kA: scale(1e3), 'µA|uA': scale(1e-6) }),
  dBm: dimension({ 'dBm|dbm|DBM': ONE, 'cdBm|dBm/100': scale(0.01), dBW: scale(1, 30) }),
  count: dimension({ 'count|people|persons|person|/|1|pax|pcs|người': ONE }),
  state: dimension({ '/|1': ONE }),
};

/** Percentages that name what they are a share of belong to one metric only. */
const ONLY_FOR: ReadonlyMap<string, MetricId> = new Map([
  ['%RH', 'humidity'],
  ['%rH', 'humidity'],
  ['% RH', 'humidity'],
  ['%rh', 'humidity'],
  ['RH%', 'humidity'],
  ['%r.H.', 'humidity'],
  ['%EL', 'battery'],
]);

/** Formaldehyde at 25 °C and 1013 hPa: 30.03 g/mol in 24.45 l/mol. */
const HCHO_MG_PER_PPM = 30.03 / 24.45;
const HCHO_PARTS = dimension({ 'ppm|PPM': scale(HCHO_MG_PER_PPM), 'ppb|PPB': scale(HCHO_MG_PER_PPM / 1e3) });
/** Oxygen is a share of the air: its percent is a volume percent. */
const O2_PARTS = dimension({ '%vol|vol%|%Vol|% vol': ONE, 'ppm|PPM': scale(1e-4) });

function dimensionOf(metric: MetricId): ReadonlyMap<string, Scale> | undefined {
  const { unit, shape } = METRICS[metric];
  return DIMENSIONS[unit ?? (shape === 'state' ? 'state' : 'count')];
}

function scaleFor(unit: string, metric: MetricId): Scale | undefined {
  const owner = ONLY_FOR.get(unit);
  if (owner !== undefined) return owner === metric ? ONE : undefined;
  const found = dimensionOf(metric)?.get(unit);
  if (found) return found;
  if (metric === 'hcho') return HCHO_PARTS.get(unit);
  return metric === 'o2' ? O2_PARTS.get(unit) : undefined;
}

/**
 * `value` in the canonical unit of `metric`; undefined when the unit can not be converted to it.
 * No unit (absent or empty) means: already canonical. Never throws; unit names are matched by letter case, because
 * mW and MW differ.
 */
export function convert(value: number, unit: string | undefined, metric: string): number | undefined {
  if (!isMetric(metric)) return undefined;
  if (unit === undefined || unit === '' || unit === METRICS[metric].unit) return value;
  // U+03BC (Greek mu) and U+00B5 (micro sign) look alike and both occur.
  const found = scaleFor(unit.trim().replace('\u03BC', '\u00B5'), metric);
  if (!found) return undefined;
  if (found === ONE) return value;
  // 12 digits: removes the noise of binary fractions (295.75 K is 22.6 °C), keeps every digit a sensor can have.
  return Number((value * found.factor + found.offset).toPrecision(12));
}
