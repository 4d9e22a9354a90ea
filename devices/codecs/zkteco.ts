/** ZKTeco terminals push their attendance log over HTTP as lines of TAB-separated columns. */
import type { Direction } from '../../contracts/scan.ts';
import type { Codec, Decoded } from '../codec.ts';
import { refusal } from './decoded.ts';
import { textOf } from './json.ts';
import { credentialText } from './scans.ts';
import { parseTimeText } from './time.ts';

const MAX_LINES = 20_000;

/** Check-in and -out, break and overtime; 255 and many sites' eternal 0 are why direction must also be derivable. */
const DIRECTIONS: ReadonlyMap<string, Direction> = new Map<string, Direction>([
  ['0', 'in'],
  ['1', 'out'],
  ['2', 'out'],
  ['3', 'in'],
  ['4', 'in'],
  ['5', 'out'],
]);

/** Codes 2 and 4 mean different things on different firmware and are left unsaid. */
const METHODS: ReadonlyMap<string, string> = new Map([
  ['0', 'password'],
  ['1', 'fingerprint'],
  ['15', 'face'],
  ['25', 'palm'],
]);

/** Some firmware sends the log as the form field `data`. */
function linesOf(body: string): readonly string[] {
  const isForm = body.startsWith('data=');
  let text = isForm ? body.slice('data='.length) : body;
  if (isForm) {
    try {
      text = decodeURIComponent(text.replaceAll('+', ' '));
    } catch {
      return [body];
    }
  }
  return text.split(/\r?\n/);
}

/** The lines that say something. */
export function zkLines(body: string): readonly string[] {
  return linesOf(body).filter((line) => line.trim() !== '');
}

/** `person, local time, status, verify, …`; 4 to 12 columns, some empty. */
function attendance(line: string, gate: string): Decoded {
  const [person, when = '', status = '', verify = ''] = line.split('\t');
  const value = credentialText(person);
  if (value === undefined) return refusal('bad-payload', 'an attendance line begins with the person number', gate);
  const time = parseTimeText(when);
  if (time === undefined) return refusal('bad-time', `not a time: ${when.slice(0, 40)}`, gate);
  return {
    type: 'scan',
    gate,
    credential: { type: 'person', value },
    time,
    direction: DIRECTIONS.get(status.trim()) ?? null,
    method: METHODS.get(verify.trim()),
  };
}

/** `key=value` columns of access controllers (table `rtlog`). Events from 20 on are refusals and alarms. */
function doorEvent(line: string, gate: string): Decoded | undefined {
  const columns = new Map(
    line.split('\t').map((column) => {
      const cut = column.indexOf('=');
      return [column.slice(0, cut), column.slice(cut + 1).trim()] as const;
    }),
  );
  const [pin, card] = [columns.get('pin') ?? '', columns.get('cardno') ?? ''];
  const credential =
    pin !== '' && pin !== '0'
      ? ({ type: 'person', value: pin } as const)
      : card !== '' && card !== '0'
        ? ({ type: 'rfid', value: card } as const)
        : undefined;
  const event = Number(columns.get('event') ?? '');
  if (!credential || !Number.isInteger(event) || event >= 200) return undefined;
  const when = columns.get('time') ?? '';
  const time = parseTimeText(when);
  if (time === undefined) return refusal('bad-time', `not a time: ${when.slice(0, 40)}`, gate);
  const side = columns.get('inoutstatus');
  return {
    type: 'scan',
    gate,
    credential,
    time,
    direction: side === '0' ? 'in' : side === '1' ? 'out' : null,
    method: METHODS.get(columns.get('verifytype') ?? ''),
    accepted: event < 20,
  };
}

/**
 * One push of a terminal. `table` is the query parameter (ATTLOG, rtlog; others carry no attendance), `serial` the SN,
 * which is the gate's id. Times are terminal-local. Lines repeat until answered: the same line gives the same scan.
 */
export function parseZkPush(
  body: string,
  { serial, table }: { readonly serial: string; readonly table: string },
): Decoded[] {
  const kind = table.toUpperCase();
  if (kind !== 'ATTLOG' && kind !== 'RTLOG') return [];
  const lines = zkLines(body);
  if (lines.length > MAX_LINES) return [refusal('too-large', `more than ${MAX_LINES} lines`, serial)];
  return lines.flatMap((line) => (kind === 'ATTLOG' ? attendance(line, serial) : (doorEvent(line, serial) ?? [])));
}

const TOPIC = /^iclock\/([^/]+)\/(attlog|rtlog)$/;

/** As the HTTP door writes them down: `iclock/<serial>/<table>` with the body of the push. */
export const zkteco: Codec = {
  id: 'zkteco',
  claims: (topic) => topic.startsWith('iclock/') && TOPIC.test(topic),
  decode({ topic, payload }) {
    const [, serial = '', table = ''] = TOPIC.exec(topic) ?? [];
    return parseZkPush(textOf(payload), { serial, table });
  },
};

/** The attendance log alone. */
export function parseAttlog(body: string, serial: string): Decoded[] {
  return parseZkPush(body, { serial, table: 'ATTLOG' });
}
