/** The data folder of one installation: its lock, and the secrets that never leave it. */
import { randomBytes } from 'node:crypto';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';

/** Two processes on one journal would both number from the same sequence: the second one must not start. */
export function lockFolder(folder: string): () => void {
  mkdirSync(folder, { recursive: true, mode: 0o750 });
  const path = join(folder, 'lock');
  for (let attempt = 0; ; attempt++) {
    try {
      const file = openSync(path, 'wx', 0o600);
      writeSync(file, ownerMark(process.pid));
      closeSync(file);
      break;
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
      const owner = readFileSync(path, 'utf8');
      const pid = Number(owner.split(' ')[0]);
      // A process id can be somebody else's by now; together with its start time it can not.
      if (attempt > 1 || (Number.isInteger(pid) && pid > 0 && isAlive(pid) && ownerMark(pid) === owner))
        throw new Error(`the data folder ${folder} is in use by process ${pid}`);
      unlinkSync(path);
    }
  }
  return () => unlinkSync(path);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** `<pid> <start time in clock ticks>`; without /proc the process id alone. */
function ownerMark(pid: number): string {
  const stat = `/proc/${pid}/stat`;
  if (!existsSync(stat)) return `${pid}`;
  const fields = readFileSync(stat, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
  return `${pid} ${fields[19] ?? ''}`;
}

/** 32 random bytes, made at the first start and kept readable for this user only. */
export function secretOf(folder: string, name: string): Buffer {
  const secrets = join(folder, 'secrets');
  mkdirSync(secrets, { recursive: true, mode: 0o700 });
  const path = join(secrets, name);
  if (!existsSync(path)) writeFileSync(path, randomBytes(32).toString('hex'), { mode: 0o600, flag: 'wx' });
  const secret = Buffer.from(readFileSync(path, 'utf8').trim(), 'hex');
  if (secret.length !== 32) throw new Error(`${path} is not a key of this installation`);
  return secret;
}
