/**
 * Reads what strace saw of a process and says which acknowledgements left before the message was on the disk. Killing a
 * process can not show this: what was written and not synced survives a kill, but not a power cut.
 */
import { type Child, startChild } from './child.ts';

/** `-xx`: all bytes as hex, so that nothing in them can look like the trace's own syntax; `-v`: no list is cut short. */
export function traceProcess(strace: string, pid: number, output: string): Child {
  const calls = 'fdatasync,fsync,write,writev,pwrite64,pwritev,sendto,sendmsg';
  return startChild(strace, [
    '-f',
    '-p',
    String(pid),
    '-y',
    '-xx',
    '-s',
    '262144',
    '-e',
    `trace=${calls}`,
    '-o',
    output,
  ]);
}

/** Places in the trace: a call began at `begin` and had returned at `end`. */
export interface Call {
  readonly name: string;
  readonly path: string;
  readonly bytes: Buffer;
  readonly begin: number;
  readonly end: number;
}

const bytesOf = (hex: string): Buffer => Buffer.from(hex.replaceAll('\\x', ''), 'hex');

const WHOLE = /^(\d+) +(\w+)\(\d+<((?:\\x[0-9a-f]{2})*)>(.*)$/;
const RESUMED = /^(\d+) +<\.\.\. (\w+) resumed>/;

/** Calls that never returned are left out: they prove nothing. */
export function parseTrace(text: string): readonly Call[] {
  const calls: Call[] = [];
  const unfinished = new Map<string, Omit<Call, 'end'>>();
  for (const [at, line] of text.split('\n').entries()) {
    const [, thread = '', name = '', path = '', rest = ''] = WHOLE.exec(line) ?? [];
    if (name !== '') {
      const strings = [...rest.matchAll(/"((?:\\x[0-9a-f]{2})*)"/g)].map(([, hex = '']) => bytesOf(hex));
      const call = { name, path: bytesOf(path).toString(), bytes: Buffer.concat(strings), begin: at };
      if (rest.endsWith('<unfinished ...>')) unfinished.set(thread, call);
      else calls.push({ ...call, end: at });
      continue;
    }
    const [, resumedThread = ''] = RESUMED.exec(line) ?? [];
    const call = unfinished.get(resumedThread);
    if (!call) continue;
    unfinished.delete(resumedThread);
    calls.push({ ...call, end: at });
  }
  return calls.sort((a, b) => a.begin - b.begin);
}

const isSync = ({ name }: Call): boolean => name === 'fdatasync' || name === 'fsync';

interface Acknowledgement {
  readonly id: number;
  /** Where the call began that sent its first byte. */
  readonly begin: number;
}

/** PUBACK packets (MQTT 3.1.1, 3.4) of each socket's stream, up to the first byte that is none: a call may end within one. */
function acknowledgements(calls: readonly Call[]): readonly Acknowledgement[] {
  const streams = new Map<string, Call[]>();
  for (const call of calls)
    if (/^(socket|TCP):/.test(call.path)) streams.set(call.path, [...(streams.get(call.path) ?? []), call]);
  return [...streams.values()].flatMap((sent) => {
    const bytes = Buffer.concat(sent.map((call) => call.bytes));
    const begins = sent.flatMap((call) => Array.from(call.bytes, () => call.begin));
    const found: Acknowledgement[] = [];
    for (let at = 0; at + 4 <= bytes.length && bytes.readUInt16BE(at) === 0x4002; at += 4)
      found.push({ id: bytes.readUInt16BE(at + 2), begin: begins[at] ?? 0 });
    return found;
  });
}

export interface SyncReport {
  readonly acknowledged: number;
  /** One sentence each. */
  readonly violations: readonly string[];
}

/**
 * @param markOf text that occurs in the message with this id, and in no other
 * @param journal part of the path of the files that must be synced
 */
export function checkSyncOrder(
  calls: readonly Call[],
  markOf: ReadonlyMap<number, string>,
  journal: string,
): SyncReport {
  const onJournal = calls.filter(({ path }) => path.includes(journal));
  const syncs = onJournal.filter(isSync);
  const writes = onJournal.filter((call) => !isSync(call));
  const violations: string[] = [];
  let acknowledged = 0;
  for (const acknowledgement of acknowledgements(calls)) {
    const mark = markOf.get(acknowledgement.id);
    if (mark === undefined) continue;
    acknowledged++;
    const before = acknowledgement.begin;
    const write = writes.find(({ bytes, end }) => end < before && bytes.includes(mark));
    if (!write) violations.push(`${mark} was acknowledged before it was written`);
    else if (!syncs.some(({ path, begin, end }) => path === write.path && begin > write.end && end < before))
      violations.push(`${mark} was acknowledged before it was synced`);
  }
  return { acknowledged, violations };
}
