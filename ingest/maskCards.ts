/**
 * Raw payloads as they may be shown: card numbers, person numbers and passwords become dots. Where a message is about
 * passages everything is covered but times and the like, since every firmware has its own name for a card.
 */
import type { ShownMessage } from '../contracts/http/inspect.ts';

type Shown = Pick<ShownMessage['payload'], 'as' | 'content' | 'masked'>;

const DOTS = '••••';
/** Fields that name a card, a person or a secret wherever they occur. */
const SECRET_FIELD =
  /^(?:uid|rfid|epc|epchex|tid|tidhex|idhex|pin|psk|pass|pwd|password|secret|token|person|name|username)$|card|credential|employee|userid|tagid|qrcode/i;
/** Fields that say when, where and how; shown also in a message about passages. */
const HARMLESS_FIELD =
  /^(?:at|t|ts|time|timestamp|datetime|date|type|cmd|event|eventtype|state|status|direction|method|door|gate|device|devicename|hostname|reader|size|format|antenna\w*|frequency|\w*rssi\w*|majoreventtype|subeventtype|attendancestatus|serialno|isknown|access|auth|reads|bytes)$/i;
/** A name is a device's name everywhere but beside a card. */
const DEVICE_NAME = /^name$/i;

export function maskCards(payload: Uint8Array, { topic, hasScans }: { topic: string; hasScans: boolean }): Shown {
  const isPassage = hasScans || /(?:^|\/)scans$|^iclock\/|^hikvision\//.test(topic);
  const text = textOf(payload);
  if (text === undefined)
    return isPassage
      ? { as: 'hidden', content: '', masked: true }
      : { as: 'base64', content: Buffer.from(payload).toString('base64'), masked: false };
  const content = maskText(text, topic, isPassage);
  return { as: 'text', content, masked: content !== text };
}

function textOf(payload: Uint8Array): string | undefined {
  const text = Buffer.from(payload).toString('utf8');
  // Tabs and line ends are text, other control characters are not.
  return /\uFFFD|\p{Cc}/u.test(text.replace(/[\t\r\n]/g, '')) ? undefined : text;
}

function maskText(text: string, topic: string, isPassage: boolean): string {
  const json = parse(text);
  if (typeof json === 'object' && json !== null) {
    const count = { masked: 0 };
    const shown = maskValue(json, isPassage, count);
    // As it was sent, spaces and all, when there is nothing to hide.
    return count.masked === 0 ? text : JSON.stringify(shown);
  }
  if (topic.startsWith('iclock/') && !text.startsWith('data=')) return text.split('\n').map(maskLogLine).join('\n');
  if (isPassage) return text.replace(/[^\s]+/g, DOTS);
  // JSON of which the end is missing, for one.
  return text.replace(/("([^"\\]{1,64})"\s*:\s*)("(?:[^"\\]|\\.)*"?|-?[\d.]+)/g, (all, head: string, key: string) =>
    SECRET_FIELD.test(key) && !DEVICE_NAME.test(key) ? `${head}"${DOTS}"` : all,
  );
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function maskValue(value: unknown, isPassage: boolean, count: { masked: number }, key = ''): unknown {
  if (Array.isArray(value)) return value.map((item) => maskValue(item, isPassage, count, key));
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(
      Object.entries(value).map(([name, item]) => [name, maskValue(item, isPassage, count, name)]),
    );
  if ((typeof value !== 'string' && typeof value !== 'number') || value === '') return value;
  const isSecret = isPassage ? !HARMLESS_FIELD.test(key) : SECRET_FIELD.test(key) && !DEVICE_NAME.test(key);
  if (!isSecret) return value;
  count.masked++;
  return dots(String(value));
}

/** The last two characters of a long number tell a technician which of his cards it was, and nobody whose. */
function dots(text: string): string {
  return text.length >= 8 ? DOTS + text.slice(-2) : DOTS;
}

/** `person, time, status, verify, …` or `pin=…, cardno=…, time=…`, columns divided by TAB. */
function maskLogLine(line: string): string {
  return line
    .split('\t')
    .map((column, index) => {
      const cut = column.indexOf('=');
      if (cut > 0) return SECRET_FIELD.test(column.slice(0, cut)) ? `${column.slice(0, cut)}=${DOTS}` : column;
      return column.trim() === '' || (index >= 1 && index <= 3) ? column : index === 0 ? dots(column) : DOTS;
    })
    .join('\t');
}
