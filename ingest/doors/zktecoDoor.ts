/**
 * ZKTeco push ("ADMS"). A terminal asks for its settings, then pushes its attendance log and asks for commands every few
 * seconds. It has nothing but its serial number to show, so only registered ones are heard.
 */
import { type Request, type Response, Router } from 'express';
import { zkLines } from '../../devices/codecs/zkteco.ts';
import type { TerminalRecord } from '../../store/records/port.ts';
import type { TerminalBook } from './terminalBook.ts';
import {
  answerFault,
  RETRY_AFTER_S,
  readBody,
  say,
  type TerminalDoorParts,
  turnAway,
  writeDown,
} from './terminalDoor.ts';

/** A terminal that was cut off for a term sends what it has in one go. */
const MAX_BODY_BYTES = 8 * 1024 * 1024;
/** A longer log becomes several messages, each whole lines. */
const MAX_MESSAGE_BYTES = 128 * 1024;
const TABLES: ReadonlyMap<string, string> = new Map([
  ['ATTLOG', 'attlog'],
  ['RTLOG', 'rtlog'],
]);
const PATH = /^\/iclock\/([a-z]+)(?:\.aspx)?\/?$/i;

export interface ZktecoDoorParts extends TerminalDoorParts {
  readonly terminals: Pick<TerminalBook, 'bySerial'>;
  /** Minutes east of UTC of the clock this terminal should show. */
  readonly utcOffsetMinutes: (terminal: TerminalRecord) => number;
}

export function createZktecoDoor(parts: ZktecoDoorParts): Router {
  const { terminals, accept, isOverloaded, refusals, onSeen, utcOffsetMinutes } = parts;
  const router = Router();

  async function push(terminal: TerminalRecord, table: string, request: Request, response: Response): Promise<void> {
    if (isOverloaded()) {
      refusals.count('overload');
      response.setHeader('Retry-After', RETRY_AFTER_S);
      return say(response, 503, 'ERROR: busy, send it again');
    }
    const body = await readBody(request, response, MAX_BODY_BYTES);
    const lines = zkLines(Buffer.from(body).toString('utf8'));
    const payloads = body.byteLength <= MAX_MESSAGE_BYTES ? [body] : packLines(lines);
    if (lines.length > 0) await writeDown(accept, terminal, `iclock/${terminal.serial ?? ''}/${table}`, payloads);
    // The number tells the terminal that all of it was taken; without it some send everything again.
    say(response, 200, `OK: ${lines.length}`);
  }

  router.all(PATH, async (request, response, next) => {
    const query = queryOf(request);
    const serial = query.get('sn') ?? '';
    const terminal = terminals.bySerial(serial);
    if (!terminal) return turnAway(parts, request, response, `serial ${serial.slice(0, 64)}`);
    onSeen(terminal);
    const command = PATH.exec(request.path)?.[1]?.toLowerCase();
    if (command !== 'cdata') return say(response, 200, 'OK');
    if (request.method === 'GET') return say(response, 200, settings(serial, query, utcOffsetMinutes(terminal)));
    const table = TABLES.get((query.get('table') ?? '').toUpperCase());
    // Users, fingerprints and photos: taken note of politely, never kept.
    if (table === undefined) return say(response, 200, 'OK');
    try {
      await push(terminal, table, request, response);
    } catch (error) {
      answerFault(error, response, next);
    }
  });
  return router;
}

/** By lower-case name: firmware writes SN and sn. */
function queryOf(request: Request): ReadonlyMap<string, string> {
  const cut = request.url.indexOf('?');
  const query = new URLSearchParams(cut === -1 ? '' : request.url.slice(cut + 1));
  return new Map([...query].map(([name, value]) => [name.toLowerCase(), value]));
}

/**
 * Attendance only, at once, the rest twice a day. `None`: whatever it has not sent yet. With the zone and the Date header
 * of the answer the terminal also sets its clock.
 */
function settings(serial: string, query: ReadonlyMap<string, string>, offsetMinutes: number): string {
  const version = Number.parseFloat(query.get('pushver') ?? '');
  const lines = [
    `GET OPTION FROM: ${serial}`,
    'ATTLOGStamp=None',
    'OPERLOGStamp=9999',
    'ATTPHOTOStamp=9999',
    'ErrorDelay=30',
    'Delay=30',
    'TransTimes=00:00;12:00',
    'TransInterval=1',
    // Older firmware counts the tables off as digits.
    version >= 2 ? 'TransFlag=TransData AttLog' : 'TransFlag=1000000000',
    `TimeZone=${offsetMinutes % 60 === 0 ? offsetMinutes / 60 : offsetMinutes}`,
    'Realtime=1',
    'Encrypt=None',
  ];
  return `${lines.join('\n')}\n`;
}

function packLines(lines: readonly string[]): Uint8Array[] {
  const packed: Uint8Array[] = [];
  let taken: string[] = [];
  let bytes = 0;
  for (const line of lines) {
    const size = Buffer.byteLength(line) + 1;
    if (bytes + size > MAX_MESSAGE_BYTES && taken.length > 0) {
      packed.push(Buffer.from(taken.join('\n')));
      taken = [];
      bytes = 0;
    }
    // One line as long as a message is no attendance; what it begins with says enough.
    taken.push(size > MAX_MESSAGE_BYTES ? line.slice(0, 1_000) : line);
    bytes += size;
  }
  if (taken.length > 0) packed.push(Buffer.from(taken.join('\n')));
  return packed;
}
