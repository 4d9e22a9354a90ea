/** Who is connected: how many in all and from each address, and who has not logged in yet. */
import type { Duplex } from 'node:stream';
import type { IntakeLimits } from './limits.ts';
import { addressKey } from './loginGate.ts';
import type { Refused } from './refusals.ts';

export interface ConnectionTable {
  /** Counts a connection until it closes; the reason when there is no room for it. */
  open(stream: Duplex, address: string): Extract<Refused, 'connections' | 'connections-per-address'> | undefined;
  /** It has logged in: it no longer gives way to newer ones. */
  settle(stream: Duplex): void;
  size(): number;
}

type Limits = Pick<IntakeLimits, 'connections' | 'connectionsPerAddress' | 'waiting' | 'waitingPerAddress'>;

export function createConnectionTable(limits: Limits, onGaveWay: () => void): ConnectionTable {
  let size = 0;
  const perAddress = new Map<string, { open: number; readonly waiting: Set<Duplex> }>();
  const waiting = new Map<Duplex, Set<Duplex>>();

  function settle(stream: Duplex): void {
    waiting.get(stream)?.delete(stream);
    waiting.delete(stream);
  }

  /** Who connects and says nothing gives way: an honest gateway says who it is in its first packet. */
  function makeRoom(among: ReadonlySet<Duplex> | ReadonlyMap<Duplex, unknown>, max: number): void {
    if (among.size < max) return;
    for (const oldest of among.keys()) {
      settle(oldest);
      onGaveWay();
      oldest.destroy();
      return;
    }
  }

  return {
    open(stream, address) {
      if (size >= limits.connections) return 'connections';
      const key = addressKey(address);
      const here = perAddress.get(key) ?? { open: 0, waiting: new Set<Duplex>() };
      if (here.open >= limits.connectionsPerAddress) return 'connections-per-address';
      makeRoom(here.waiting, limits.waitingPerAddress);
      makeRoom(waiting, limits.waiting);
      perAddress.set(key, here);
      here.open++;
      size++;
      here.waiting.add(stream);
      waiting.set(stream, here.waiting);
      stream.once('close', () => {
        settle(stream);
        size--;
        if (--here.open === 0) perAddress.delete(key);
      });
      return undefined;
    },
    settle,
    size: () => size,
  };
}
