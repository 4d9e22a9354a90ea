/** A program under test: what it said is kept, and it never outlives the test run. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** Enough to see why something failed, not a second log. */
const KEPT_LINES = 2_000;
const STOP_DEADLINE_MS = 15_000;

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface Child {
  readonly process: ChildProcess;
  /** Everything said so far on both outputs (at most the last lines of it). */
  said(): string;
  /** Resolves with the first line for which `pick` returns something; rejects when the program ends before or the deadline passes. */
  line<Found>(pick: (line: string) => Found | undefined, deadlineMs: number): Promise<Found>;
  readonly exited: Promise<Exit>;
  /** Sends the signal (SIGTERM), after a deadline SIGKILL, and waits for the end. */
  stop(signal?: NodeJS.Signals): Promise<Exit>;
}

export interface ChildOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
}

export function startChild(program: string, args: readonly string[], { env, cwd }: ChildOptions = {}): Child {
  const child = spawn(program, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(env ? { env } : {}),
    ...(cwd ? { cwd } : {}),
  });
  const lines: string[] = [];
  const listeners = new Set<(line: string) => void>();

  function hear(line: string): void {
    lines.push(line);
    if (lines.length > KEPT_LINES) lines.shift();
    for (const listener of listeners) listener(line);
  }
  for (const stream of [child.stdout, child.stderr]) createInterface({ input: stream }).on('line', hear);

  const killWithUs = () => child.kill('SIGKILL');
  process.once('exit', killWithUs);
  const exited = new Promise<Exit>((resolve) => {
    child.once('error', (error) => {
      hear(`${program} could not be started: ${error.message}`);
      resolve({ code: null, signal: null });
    });
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
  void exited.then(() => process.off('exit', killWithUs));

  const said = () => lines.join('\n');

  return {
    process: child,
    said,
    exited,
    line: (pick, deadlineMs) =>
      new Promise((resolve, reject) => {
        const settle = (finish: () => void) => {
          listeners.delete(listen);
          clearTimeout(timer);
          finish();
        };
        const listen = (line: string) => {
          const found = pick(line);
          if (found !== undefined) settle(() => resolve(found));
        };
        const timer = setTimeout(
          () =>
            settle(() => reject(new Error(`${program} was not ready within ${deadlineMs} ms. It said:\n${said()}`))),
          deadlineMs,
        );
        listeners.add(listen);
        for (const line of lines) listen(line);
        void exited.then(({ code, signal }) =>
          settle(() => reject(new Error(`${program} ended with ${code ?? signal}. It said:\n${said()}`))),
        );
      }),
    async stop(signal = 'SIGTERM') {
      child.kill(signal);
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_DEADLINE_MS);
      const exit = await exited;
      clearTimeout(timer);
      return exit;
    },
  };
}
