/** Passwords of people, kept as `$scrypt$ln=15,r=8,p=1$salt$hash` (base64). */
import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';

const LOG2_N = 15;
const BLOCK_SIZE = 8;
const PARALLELISM = 1;
const HASH_BYTES = 32;
const ENCODED = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]+={0,2})\$([A-Za-z0-9+/]+={0,2})$/;
/** Each one holds 32 MiB and a thread of the pool that also syncs the journal. */
const MAX_AT_ONCE = 2;
const MAX_WAITING = 64;

export class TooManyWaiting extends Error {
  override readonly name = 'TooManyWaiting';
}

// One queue per process, since the thread pool is one per process.
let running = 0;
const waiting: (() => void)[] = [];

async function inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
  if (running >= MAX_AT_ONCE) {
    if (waiting.length >= MAX_WAITING) throw new TooManyWaiting('too many passwords wait to be checked');
    await new Promise<void>((resolve) => waiting.push(resolve));
  } else running += 1;
  try {
    return await work();
  } finally {
    // The place is handed on as it is, or given back.
    const next = waiting.shift();
    if (next) next();
    else running -= 1;
  }
}

function derive(password: string, salt: Buffer, bytes: number, options: ScryptOptions): Promise<Buffer> {
  return inTurn(
    () =>
      new Promise((resolve, reject) => {
        // The same letters may arrive composed or decomposed, depending on the keyboard.
        scrypt(password.normalize('NFC'), salt, bytes, { ...options, maxmem: 256 * 1024 * 1024 }, (error, key) =>
          error ? reject(error) : resolve(key),
        );
      }),
  );
}

export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const key = await derive(password, salt, HASH_BYTES, { N: 2 ** LOG2_N, r: BLOCK_SIZE, p: PARALLELISM });
  return `$scrypt$ln=${LOG2_N},r=${BLOCK_SIZE},p=${PARALLELISM}$${salt.toString('base64')}$${key.toString('base64')}`;
}

/** False also for a hash in another form. Throws TooManyWaiting when the queue is full. */
export async function verifyPassword(password: string, encoded: string): Promise<boolean> {
  const [, log2N, r, p, salt = '', hash = ''] = ENCODED.exec(encoded) ?? [];
  if (!log2N || Number(log2N) > 17) return false;
  const expected = Buffer.from(hash, 'base64');
  const options = { N: 2 ** Number(log2N), r: Number(r), p: Number(p) };
  const key = await derive(password, Buffer.from(salt, 'base64'), expected.length, options);
  return timingSafeEqual(key, expected);
}

/** Takes as long as a real check: an unknown account must not be told apart by time. */
export async function verifyNothing(password: string): Promise<false> {
  await derive(password, Buffer.alloc(16), HASH_BYTES, { N: 2 ** LOG2_N, r: BLOCK_SIZE, p: PARALLELISM });
  return false;
}
