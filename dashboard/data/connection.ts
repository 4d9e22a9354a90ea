/** The only file that knows socket.io. Keeps the line up for months and feeds the live store. */
import { io, type Socket } from 'socket.io-client';
import type { ClientToServer, LiveRoom, ServerToClient } from '../../contracts/live.ts';
import type { LiveStore } from './liveStore.ts';

const CHECK_EVERY_MS = 500;
/** A refused or closed line is tried again: the session may be renewed, the server restarted. */
const KNOCK_AGAIN_MS = 5_000;

export interface Connection {
  start(): void;
  stop(): void;
  /** Comes back at once with new rights, after log-in or log-out. */
  restart(): void;
  /** Watches a room while anybody wants it. Returns its own undo. */
  watch(room: LiveRoom): () => void;
}

export function createConnection({ store }: { readonly store: LiveStore }): Connection {
  const wanted = new Map<LiveRoom, number>();
  const socket: Socket<ServerToClient, ClientToServer> = io('/live', {
    autoConnect: false,
    transports: ['websocket', 'polling'],
    reconnectionDelay: 500,
    reconnectionDelayMax: 4_000,
    timeout: 8_000,
  });
  let checks: ReturnType<typeof setInterval> | undefined;
  let knock: ReturnType<typeof setTimeout> | undefined;
  let running = false;

  function ask(room: LiveRoom): void {
    socket.emit('watch', room, (answer) => {
      if (!answer.ok) store.refuse(room, answer.problem);
    });
  }

  function knockLater(): void {
    clearTimeout(knock);
    if (running) knock = setTimeout(() => socket.connect(), KNOCK_AGAIN_MS);
  }

  socket.on('connect', () => {
    // the server watches `overview` for us from the start
    for (const room of wanted.keys()) if (room !== 'overview') ask(room);
  });
  socket.on('snapshot', (message) => store.snapshot(message));
  socket.on('changes', (message) => {
    if (!store.changes(message)) socket.emit('resync', message.room);
  });
  socket.on('disconnect', () => {
    if (!socket.active) knockLater();
  });
  socket.on('connect_error', () => {
    // active: the client is still trying; else the server said no
    if (socket.active) return;
    store.refuseLine();
    knockLater();
  });

  return {
    start() {
      if (running) return;
      running = true;
      checks = setInterval(() => store.checkLine(), CHECK_EVERY_MS);
      socket.connect();
    },
    stop() {
      running = false;
      clearInterval(checks);
      clearTimeout(knock);
      socket.disconnect();
    },
    restart() {
      if (!running) return;
      socket.disconnect();
      socket.connect();
    },
    watch(room) {
      const watchers = wanted.get(room) ?? 0;
      wanted.set(room, watchers + 1);
      if (watchers === 0 && room !== 'overview' && socket.connected) ask(room);
      let done = false;
      return () => {
        if (done) return;
        done = true;
        const left = (wanted.get(room) ?? 1) - 1;
        if (left > 0) {
          wanted.set(room, left);
          return;
        }
        wanted.delete(room);
        if (room === 'overview') return;
        if (socket.connected) socket.emit('unwatch', room);
        store.forget(room);
      };
    },
  };
}
