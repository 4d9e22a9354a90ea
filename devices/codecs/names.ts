/**
 * What a field is called in formats where the operator, the codec's author or the firmware chose the name: several
 * languages, camelCase, units in the name. Only names that say what they are are recognised; the rest stays unknown.
 */
import type { MetricId } from '../../contracts/metrics.ts';

export interface NamedMetric {
  readonly metric: MetricId;
  /** Unit the name itself carries (`temp_f`). */
  readonly unit?: string | undefined;
  /** The whole name is the metric's name: a device with one such probe needs no sensor name. */
  readonly exact: boolean;
}

/** `unit` after the colon, when the name carries one. */
const ALIASES: Readonly<Partial<Record<MetricId, string>>> = {
  temperature:
    'temperature temp tempc:°C temp_c:°C t_c:°C tc:°C temp_f:°F tempf:°F temperature_f:°F temperature_c:°C temperature_celsius:°C temperature_fahrenheit:°F air_temperature ambient_temperature room_temperature indoor_temperature temperature_sensor tempc_sht:°C temperature_sht temp_sht nhiet_do temperatura temperatuur temperatur lufttemperatur luchttemperatuur',
  humidity:
    'humidity hum rh relative_humidity air_humidity room_humidity humidity_sensor hum_sht humidity_sht humid do_am humedad humidite umidita luchtvochtigheid vochtigheid luftfeuchtigkeit luftfeuchte feuchte wilgotnosc',
  co2: 'co2 carbon_dioxide co2_ppm:ppm co2_concentration co2ppm:ppm nong_do_co2 dioxido_de_carbono koolstofdioxide',
  tvoc: 'tvoc_ppb:ppb total_voc_ppb:ppb',
  co: 'carbon_monoxide co_ppm:ppm',
  nh3: 'nh3 nh3_ppm:ppm ammonia',
  h2s: 'h2s h2s_ppm:ppm hydrogen_sulfide hydrogen_sulphide',
  o2: 'o2 oxygen',
  gas_lel: 'gas_lel lel',
  hcho: 'hcho formaldehyde ch2o',
  pm1: 'pm1 pm1_0 pm_1 pm_1_0 pm01',
  pm25: 'pm25 pm2_5 pm_2_5 pm_25 bui_pm25 bui_pm2_5',
  pm10: 'pm10 pm_10 pm10_0 pm_10_0',
  pressure:
    'pressure barometric_pressure air_pressure atmospheric_pressure barometer barometer_sensor baro ap_suat presion pression pressione luchtdruk luftdruck cisnienie pressao pressure_hpa:hPa',
  illuminance:
    'illuminance lux light_intensity illumination luminosity illuminance_sensor light_lux ambient_light ill_lx illuminance_lux anh_sang do_roi luminosidad luminosite luminosita helligkeit lichtsterkte verlichtingssterkte',
  sound_level:
    'sound_level noise noise_level laeq leq sound_avg sound_level_leq do_on tieng_on ruido lautstarke geluid noise_db sound_db',
  power: 'power active_power power_w:W act_power wattage cong_suat total_power apower',
  energy:
    'energy energy_kwh:kWh total_energy_kwh:kWh kwh:kWh energy_wh:Wh total_energy_wh:Wh wh:Wh dien_nang energy_total total_energy',
  voltage: 'voltage mains_voltage line_voltage dien_ap voltage_v:V',
  current: 'current current_a:A current_ma:mA dong_dien',
  battery:
    'battery bat batt battery_level battery_percent battery_percentage battery_pct bat_pct bat_level battery_soc pin batterij batterie bateria batteria batterieladung battery_charge batpercent',
  battery_voltage:
    'battery_voltage bat_v:V batv:V battery_v:V batt_v:V battery_mv:mV bat_mv:mV vdd:mV vbat vbatt batt_voltage bat_voltage',
  rssi: 'rssi wifi_signal wifi_rssi signal_strength wifi_signal_db wifi_signal_strength',
  people_count:
    'people_count people_count_all people_total_counts people person_count persons so_nguoi occupants people_counting',
  people_in: 'people_in period_in in_count line_1_period_in nguoi_vao',
  people_out: 'people_out period_out out_count line_1_period_out nguoi_ra',
  people_in_total: 'people_in_total total_in people_total_in line_1_total_in',
  people_out_total: 'people_out_total total_out people_total_out line_1_total_out',
  occupancy:
    'occupancy occupied motion pir presence motion_detected pir_status occupancy_status presence_sensor motion_sensor pir_sensor co_nguoi',
  opening:
    'opening door door_status door_open_status door_open door_state window window_open magnet magnet_status open_status contact_status reed cua is_open',
  gas_alarm: 'gas_alarm gas_status gas_leak gas_detected bao_khi',
  smoke_alarm: 'smoke_alarm smoke smoke_detected smoke_status bao_khoi',
  leak_alarm:
    'leak_alarm leak water_leak leakage_status waterleak flood water_leak_status water_leakage leakage water_leak_detected bao_ro_nuoc',
  tamper_alarm: 'tamper_alarm tamper tamper_status tampered',
  switch_on: 'switch_on switch relay switch_status socket_status relay_status outlet power_state',
};

const EXACT: ReadonlyMap<string, { readonly metric: MetricId; readonly unit: string | undefined }> = new Map(
  Object.entries(ALIASES).flatMap(([metric, aliases]) =>
    aliases.split(' ').map((alias) => {
      const [name = '', unit] = alias.split(':');
      // Object.entries forgets that the keys of ALIASES are metrics.
      return [name, { metric: metric as MetricId, unit }] as const;
    }),
  ),
);

/** Words that make a quantity another one: a chip's temperature, a dew point, today's share of a counter. */
const OTHER_THING: ReadonlySet<string> = new Set(
  (
    'dew dewpoint chip cpu internal device board processor mcu core esp esp32 esp8266 soc target setpoint set min max ' +
    'minimum maximum mean threshold limit offset calibration soil surface water boiler feels heat index absolute change ' +
    'delta mutation yesterday today day daily week month year hourly apparent reactive factor raw reference status ' +
    'alarm enable enabled error fault freq frequency duration time timestamp version low high level uptime percent ' +
    'e eq wall object ir infrared count counter sea equivalent estimated return returned exported wifi phase'
  ).split(' '),
);

/** `TempC_SHT` splits into temp, c, sht, though the list has it as one word. */
const SQUEEZED: typeof EXACT = new Map([...EXACT].map(([name, meaning]) => [name.replaceAll('_', ''), meaning]));

function normalise(name: string): string {
  return name
    .normalize('NFD')
    .replace(/\p{Mn}/gu, '')
    .replace(/[đĐ]/g, 'd')
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '');
}

function look(name: string): NamedMetric | undefined {
  const key = normalise(name);
  const whole = EXACT.get(key) ?? SQUEEZED.get(key.replaceAll('_', ''));
  if (whole) return { metric: whole.metric, unit: whole.unit, exact: true };
  // `bme280_relative_humidity`, `temperature_1`: the last words say what, those before say which.
  const words = key.split('_');
  while (words.length > 1 && /^(?:\d+|value|sensor|reading|measurement)$/.test(words.at(-1) ?? '')) words.pop();
  if (words.some((word) => OTHER_THING.has(word))) return undefined;
  for (let start = Math.max(0, words.length - 3); start < words.length; start++) {
    const tail = EXACT.get(words.slice(start).join('_'));
    if (tail) return { metric: tail.metric, unit: tail.unit, exact: false };
  }
  // `illuminance_bh1750`, `temp_c_ds`: one word more says which.
  const head = words.length > 1 ? EXACT.get(words.slice(0, -1).join('_')) : undefined;
  return head && { metric: head.metric, unit: head.unit, exact: false };
}

/** Devices repeat their few names for ever; a stranger's endless new ones must not fill the memory. */
const MAX_CACHED = 2_000;
const cache = new Map<string, NamedMetric | undefined>();

/** The metric a name means, undefined when it does not plainly mean one. Pure: the cache only saves time. */
export function metricOfName(name: string): NamedMetric | undefined {
  if (name.length > 80) return undefined;
  if (cache.has(name)) return cache.get(name);
  const found = look(name);
  if (cache.size < MAX_CACHED) cache.set(name, found);
  return found;
}
