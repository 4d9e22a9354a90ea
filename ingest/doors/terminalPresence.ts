/**
 * ZKTeco terminals ask for commands every half minute, so their silence means something. Only one that was heard since
 * our start can fall silent: a restart of ours declares nobody dead.
 */
import type { DeviceStatus } from '../../contracts/feed.ts';
import { deviceId } from '../../contracts/ids.ts';
import type { TerminalRecord } from '../../store/records/port.ts';

/** Ten requests missed. */
const SILENT_AFTER_MS = 5 * 60_000;
const SWEEP_EVERY_MS = 30_000;

export interface TerminalPresence {
  heard(terminal: TerminalRecord): void;
  forget(terminal: Pick<TerminalRecord, 'school' | 'id'>): void;
  sweep(): void;
  start(): void;
  stop(): void;
}

export function createTerminalPresence({
  announce,
  now,
}: {
  readonly announce: (status: DeviceStatus) => void;
  readonly now: () => number;
}): TerminalPresence {
  const known = new Map<string, { readonly terminal: TerminalRecord; state: DeviceStatus['state']; heardAt: number }>();
  let timer: NodeJS.Timeout | undefined;
  const keyOf = ({ school, id }: Pick<TerminalRecord, 'school' | 'id'>) => `${school}/${id}`;

  function tell({ school, serial }: TerminalRecord, state: DeviceStatus['state'], at: number): void {
    if (serial !== null) announce({ school, device: deviceId.parse(serial), state, at });
  }

  function sweep(): void {
    const at = now();
    for (const entry of known.values()) {
      if (entry.state === 'offline' || at - entry.heardAt < SILENT_AFTER_MS) continue;
      entry.state = 'offline';
      tell(entry.terminal, 'offline', at);
    }
  }

  return {
    heard(terminal) {
      if (terminal.vendor !== 'zkteco') return;
      const at = now();
      const before = known.get(keyOf(terminal));
      known.set(keyOf(terminal), { terminal, state: 'online', heardAt: at });
      if (before?.state !== 'online') tell(terminal, 'online', at);
    },
    forget: (terminal) => void known.delete(keyOf(terminal)),
    sweep,
    start() {
      timer ??= setInterval(sweep, SWEEP_EVERY_MS);
      timer.unref();
    },
    stop() {
      clearInterval(timer);
      timer = undefined;
    },
  };
}
