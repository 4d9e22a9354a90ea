/** Environment → checked settings, or one sentence that says what is wrong. Read once, in server.ts. */
import { readFileSync } from 'node:fs';
import { z } from 'zod';

const port = z.coerce.number().int().min(0).max(65_535);
const host = z.string().min(1);
const text = z.string().min(1);

const SETTINGS = {
  IOC_HTTP_HOST: host.default('127.0.0.1'),
  IOC_HTTP_PORT: port.default(8080),
  IOC_MQTT_HOST: host.default('127.0.0.1'),
  IOC_MQTT_PORT: port.default(1883),
  IOC_MQTT_TLS_PORT: port.optional(),
  IOC_TLS_CERT: text.optional(),
  IOC_TLS_KEY: text.optional(),
  IOC_TLS_CLIENT_CA: text.optional(),
  IOC_DATA_DIR: text.default('./data'),
  IOC_ADMIN_TOKEN: z.string().min(32, 'at least 32 characters').optional(),
  IOC_TIMEZONE: text.refine(isTimeZone, 'an IANA time zone such as Asia/Ho_Chi_Minh').default('Asia/Ho_Chi_Minh'),
  IOC_MAX_AGE_DAYS: z.coerce.number().positive().max(36_500).default(45),
  IOC_INFLUX_URL: z.url({ protocol: /^https?$/ }).optional(),
  IOC_INFLUX_BUCKET: text.optional(),
  IOC_INFLUX_ORG: text.optional(),
  IOC_INFLUX_TOKEN: text.optional(),
  IOC_INFLUX_USERNAME: text.optional(),
  IOC_INFLUX_PASSWORD: text.optional(),
  IOC_DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
  IOC_MQTT_URL: z.url({ protocol: /^(mqtts?|wss?)$/ }).optional(),
  IOC_PROFILE: z.enum(['conformance']).optional(),
} as const;

export const SETTING_NAMES = Object.keys(SETTINGS) as readonly (keyof typeof SETTINGS)[];

const schema = z.object(SETTINGS);
export type Config = z.infer<typeof schema>;

/** Secrets printed in examples of other projects are no secrets. A random one may well begin with one x or 0. */
const SAMPLE_SECRET = /^(change.?me|secret|password|example|sample|default|test|admin|token|x{6}|0{6}|1234567890)/i;
const LOOPBACK = new Set(['127.0.0.1', '::1', 'localhost']);

/** A setting that can not be used; the message is the sentence to print. */
export class BadSetting extends Error {
  override readonly name = 'BadSetting';
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

/** `IOC_X` itself, else the content of the file `IOC_X_FILE` names. */
function collect(environment: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const values: Record<string, string> = {};
  const known = new Set<string>(SETTING_NAMES);
  for (const [name, value] of Object.entries(environment)) {
    // Empty is unset: compose files pass variables on whether they are set or not.
    if (!name.startsWith('IOC_') || value === undefined || value === '') continue;
    if (known.has(name)) {
      values[name] = value;
      continue;
    }
    const base = name.endsWith('_FILE') ? name.slice(0, -'_FILE'.length) : '';
    if (!known.has(base)) throw new BadSetting(`${name} is not a setting; known are ${SETTING_NAMES.join(', ')}`);
    if (environment[base] !== undefined) throw new BadSetting(`${base} and ${name} are both set; keep one`);
    try {
      values[base] = readFileSync(value, 'utf8').trimEnd();
    } catch (error) {
      throw new BadSetting(
        `${name}: can not read ${value} (${error instanceof Error ? error.message : String(error)})`,
      );
    }
  }
  return values;
}

export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const parsed = schema.safeParse(collect(environment));
  if (!parsed.success) {
    const sentences = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
    throw new BadSetting(sentences.join('; '));
  }
  const config = parsed.data;
  const refuse = (sentence: string): never => {
    throw new BadSetting(sentence);
  };
  if (config.IOC_ADMIN_TOKEN !== undefined && SAMPLE_SECRET.test(config.IOC_ADMIN_TOKEN))
    refuse('IOC_ADMIN_TOKEN looks like a sample; make one with: openssl rand -hex 32');
  if (config.IOC_INFLUX_URL !== undefined && config.IOC_INFLUX_BUCKET === undefined)
    refuse('IOC_INFLUX_URL is set, so IOC_INFLUX_BUCKET is needed (on 1.x the name of the database)');
  if (config.IOC_INFLUX_URL === undefined)
    for (const name of SETTING_NAMES)
      if (name.startsWith('IOC_INFLUX_') && config[name] !== undefined)
        refuse(`${name} is set but IOC_INFLUX_URL is not`);
  if (config.IOC_MQTT_TLS_PORT !== undefined && (config.IOC_TLS_CERT === undefined || config.IOC_TLS_KEY === undefined))
    refuse('IOC_MQTT_TLS_PORT is set, so IOC_TLS_CERT and IOC_TLS_KEY (paths of PEM files) are needed');
  if (config.IOC_MQTT_URL !== undefined && (config.IOC_PROFILE !== undefined || config.IOC_MQTT_TLS_PORT !== undefined))
    refuse('IOC_MQTT_URL takes the place of the embedded broker: IOC_PROFILE and IOC_MQTT_TLS_PORT need that one');
  if (
    config.IOC_PROFILE === 'conformance' &&
    !(LOOPBACK.has(config.IOC_HTTP_HOST) && LOOPBACK.has(config.IOC_MQTT_HOST))
  )
    refuse('IOC_PROFILE=conformance lets anybody publish: it starts on loopback only (IOC_HTTP_HOST, IOC_MQTT_HOST)');
  return config;
}
