/** The bad line between a gateway and us: each connection gets a fate, and a moment when it strikes. */
import { connect, createServer, type Server, type Socket } from 'node:net';
import type { Dice } from './scale.ts';

/** blackhole: open, and nothing passes any more. Half-close: the end of one direction only. trickle: 1 KB/s. */
export const FATES = [
  'none',
  'blackhole',
  'reset',
  'half-close by gateway',
  'half-close by server',
  'trickle',
] as const;
export type Fate = (typeof FATES)[number];

const TRICKLE_BYTES = 100;
const TRICKLE_EVERY_MS = 100;

export interface TcpProxy {
  readonly url: string;
  /** Connections that met each fate. */
  readonly met: Readonly<Record<Fate, number>>;
  /** From now on nothing happens to anybody; whoever is in trouble is cut off. */
  calm(): void;
  stop(): Promise<void>;
}

export async function startTcpProxy(target: () => URL, dice: Dice, strikesWithinMs: number): Promise<TcpProxy> {
  const met: Record<Fate, number> = {
    none: 0,
    blackhole: 0,
    reset: 0,
    'half-close by gateway': 0,
    'half-close by server': 0,
    trickle: 0,
  };
  const open = new Set<Socket>();
  const timers = new Set<NodeJS.Timeout>();
  let isCalm = false;

  function strike(fate: Fate, gateway: Socket, server: Socket): void {
    met[fate]++;
    switch (fate) {
      case 'none':
        break;
      case 'blackhole':
        for (const socket of [gateway, server]) socket.unpipe().pause();
        break;
      case 'reset':
        gateway.resetAndDestroy();
        server.resetAndDestroy();
        break;
      case 'half-close by gateway':
        gateway.unpipe(server).pause();
        server.end();
        break;
      case 'half-close by server':
        server.unpipe(gateway).pause();
        gateway.end();
        break;
      case 'trickle':
        for (const [from, to] of [
          [gateway, server],
          [server, gateway],
        ] as const)
          trickle(from, to);
        break;
    }
  }

  function trickle(from: Socket, to: Socket): void {
    from.unpipe(to).pause();
    const timer = setInterval(() => {
      if (from.destroyed || to.destroyed) {
        clearInterval(timer);
        timers.delete(timer);
        return;
      }
      const chunk: unknown = from.read(Math.min(TRICKLE_BYTES, from.readableLength));
      if (chunk instanceof Uint8Array) to.write(chunk);
    }, TRICKLE_EVERY_MS);
    timers.add(timer);
  }

  function accept(gateway: Socket): void {
    const { hostname, port } = target();
    const server = connect({ port: Number(port), host: hostname, allowHalfOpen: true });
    for (const [socket, other] of [
      [gateway, server],
      [server, gateway],
    ] as const) {
      open.add(socket);
      socket.setNoDelay(true);
      // Broken lines are the purpose; what breaks one side ends the other.
      socket.on('error', () => other.destroy());
      socket.once('close', () => {
        open.delete(socket);
        other.destroy();
      });
    }
    gateway.pipe(server);
    server.pipe(gateway);
    schedule(gateway, server);
  }

  /** Also a good line and a slow one end some day. */
  function schedule(gateway: Socket, server: Socket): void {
    if (isCalm) return;
    const timer = setTimeout(
      () => {
        timers.delete(timer);
        if (isCalm || !open.has(gateway) || !open.has(server)) return;
        const fate = dice.pick(FATES);
        strike(fate, gateway, server);
        if (fate === 'none' || fate === 'trickle') schedule(gateway, server);
      },
      dice.between(0, strikesWithinMs),
    );
    timers.add(timer);
  }

  const proxy: Server = createServer({ allowHalfOpen: true }, accept);
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const address = proxy.address();
  const port = typeof address === 'object' && address ? address.port : 0;

  function cutAll(): void {
    for (const timer of timers) clearInterval(timer);
    timers.clear();
    for (const socket of open) socket.destroy();
  }

  return {
    url: `mqtt://127.0.0.1:${port}`,
    met,
    calm() {
      isCalm = true;
      cutAll();
    },
    async stop() {
      cutAll();
      await new Promise((resolve) => proxy.close(resolve));
    },
  };
}
