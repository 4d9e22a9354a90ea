import { describe, expect, test } from 'vitest';
import { METRIC_IDS, METRICS, type MetricId } from '../contracts/metrics.ts';
import { convert } from './units.ts';

describe('convert', () => {
  test.each<[number, string, MetricId, number]>([
    [295.75, 'K', 'temperature', 22.6],
    [66.2, '°F', 'temperature', 19],
    [-40, 'F', 'temperature', -40],
    [28.4, 'Cel', 'temperature', 28.4],
    [55, '%RH', 'humidity', 55],
    [0.55, '/', 'humidity', 55],
    [80, '%EL', 'battery', 80],
    [1_200_000, 'ppb', 'co2', 1200],
    [0.0412, '%', 'co2', 412],
    [0.25, 'ppm', 'tvoc', 250],
    [101_325, 'Pa', 'pressure', 1013.25],
    [760, 'mmHg', 'pressure', 1013.25],
    [30, 'μg/m³', 'pm25', 30],
    [30, 'µg/m³', 'pm25', 30],
    [0.03, 'mg/m3', 'pm25', 30],
    [40, 'ug/m3', 'hcho', 0.04],
    [1.5, 'kW', 'power', 1500],
    [152_669.987, 'Wh', 'energy', 152.669987],
    [3_600_000, 'J', 'energy', 1],
    [3055, 'mV', 'battery_voltage', 3.055],
    [250, 'mA', 'current', 0.25],
    [5, 'Bspl', 'sound_level', 50],
    [209_000, 'ppm', 'o2', 20.9],
    [3, 'count', 'people_count', 3],
  ])('%d %s of %s is %d', (value, unit, metric, expected) => {
    expect(convert(value, unit, metric)).toBeCloseTo(expected, 3);
  });

  test.each<[string, MetricId]>([
    ['°', 'temperature'],
    ['V', 'temperature'],
    ['%RH', 'battery'],
    ['%EL', 'humidity'],
    ['µg/m³', 'tvoc'],
    ['MW', 'voltage'],
    ['constructor', 'co2'],
    ['__proto__', 'temperature'],
    ['Cel', 'occupancy'],
  ])('refuses %s for %s', (unit, metric) => {
    expect(convert(1, unit, metric)).toBeUndefined();
  });

  test.each(METRIC_IDS)('%s: its canonical unit, and none, change nothing', (metric) => {
    expect(convert(12.3456789, METRICS[metric].unit ?? undefined, metric)).toBe(12.3456789);
    expect(convert(12.3456789, undefined, metric)).toBe(12.3456789);
    expect(convert(12.3456789, '', metric)).toBe(12.3456789);
  });
});
