/** Programs the tests run, and where they come from. */
export interface Need {
  /** Debian and Ubuntu package. */
  readonly aptPackage: string;
  /** Any one of these suffices. */
  readonly programs: readonly string[];
  /** What goes untested without it. */
  readonly usedFor: string;
}

export const NEEDS: readonly Need[] = [
  { aptPackage: 'influxdb', programs: ['influxd'], usedFor: 'the InfluxDB store' },
  { aptPackage: 'postgresql', programs: ['postgres'], usedFor: 'the PostgreSQL records' },
  {
    aptPackage: 'mosquitto',
    programs: ['mosquitto'],
    usedFor: 'the external broker and the reference of the benchmarks',
  },
  { aptPackage: 'mosquitto-clients', programs: ['mosquitto_pub'], usedFor: 'journeys with a foreign MQTT client' },
  {
    aptPackage: 'chromium',
    programs: ['chromium', 'chromium-browser', 'google-chrome'],
    usedFor: 'journeys in a browser (or name one in CHROMIUM_PATH)',
  },
  { aptPackage: 'strace', programs: ['strace'], usedFor: 'the proof that a PUBACK follows the sync' },
];
