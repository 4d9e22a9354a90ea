/** What Home Assistant's device classes and units mean here. */
import type { MetricId } from '../../contracts/metrics.ts';
import { convert } from '../units.ts';
import { text } from './homeassistant-keys.ts';
import { metricOfName } from './names.ts';

const SENSOR_CLASSES: ReadonlyMap<string, MetricId> = new Map<string, MetricId>([
  ['temperature', 'temperature'],
  ['humidity', 'humidity'],
  ['carbon_dioxide', 'co2'],
  ['carbon_monoxide', 'co'],
  ['pm1', 'pm1'],
  ['pm25', 'pm25'],
  ['pm10', 'pm10'],
  ['volatile_organic_compounds_parts', 'tvoc'],
  ['pressure', 'pressure'],
  ['atmospheric_pressure', 'pressure'],
  ['illuminance', 'illuminance'],
  ['sound_pressure', 'sound_level'],
  ['power', 'power'],
  ['energy', 'energy'],
  ['voltage', 'voltage'],
  ['current', 'current'],
  ['battery', 'battery'],
  ['signal_strength', 'rssi'],
]);
const BINARY_CLASSES: ReadonlyMap<string, MetricId> = new Map<string, MetricId>([
  ['door', 'opening'],
  ['window', 'opening'],
  ['opening', 'opening'],
  ['garage_door', 'opening'],
  ['motion', 'occupancy'],
  ['occupancy', 'occupancy'],
  ['presence', 'occupancy'],
  ['gas', 'gas_alarm'],
  ['carbon_monoxide', 'gas_alarm'],
  ['smoke', 'smoke_alarm'],
  ['moisture', 'leak_alarm'],
  ['tamper', 'tamper_alarm'],
  ['connectivity', 'online'],
]);
/** About the device, not the room: these may be diagnostics. */
const UPKEEP: ReadonlySet<MetricId> = new Set(['battery', 'battery_voltage', 'rssi', 'online']);

function sensorMetric(config: unknown, object: string): MetricId | undefined {
  const unit = text(config, 'unit_of_measurement');
  const deviceClass = text(config, 'device_class');
  const metric = deviceClass === undefined ? metricOfName(object)?.metric : SENSOR_CLASSES.get(deviceClass);
  // A counter of litres called `gas`, degrees of an angle called `temperature_diff`: the unit has the last word.
  return metric !== undefined && convert(1, unit, metric) !== undefined ? metric : undefined;
}

/** The metric an entity measures; undefined: none of ours, or a diagnostic that must not pass for a room reading. */
export function metricOf(component: string, config: unknown, object: string): MetricId | undefined {
  if (component === 'switch' || component === 'light') return 'switch_on';
  const deviceClass = text(config, 'device_class');
  let metric: MetricId | undefined;
  if (component === 'sensor') metric = sensorMetric(config, object);
  if (component === 'binary_sensor') {
    metric = deviceClass === undefined ? metricOfName(object)?.metric : BINARY_CLASSES.get(deviceClass);
  }
  if (metric === undefined || text(config, 'entity_category') === undefined) return metric;
  if (metric === 'voltage' && text(config, 'unit_of_measurement') === 'mV') return 'battery_voltage';
  return UPKEEP.has(metric) ? metric : undefined;
}
