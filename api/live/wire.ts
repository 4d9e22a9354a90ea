/** The one file that knows socket.io: its server, its limits and its ways of closing. */
import type { Server as HttpServer, IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { type DefaultEventsMap, Server, type Socket } from 'socket.io';
import type { ClientToServer, ServerToClient, WatchAnswer } from '../../contracts/live.ts';

/** Screens send room names; anything near this size is no screen. */
const MAX_MESSAGE_BYTES = 64 * 1024;
/** A connection that does not say in time who it is makes room for others. */
const ADMISSION_TIMEOUT_MS = 10_000;
/** A connection may ask again, with another token; one that keeps asking is trying them out. */
const MAX_ADMISSIONS_ASKED = 5;
/** What well-behaved screens need to answer our close. */
const CLOSING_GRACE_MS = 300;

/** One connected screen that was let in. */
export interface Line {
  readonly id: string;
  enter(room: string): void;
  leave(room: string): void;
  /** Messages that wait because the screen does not read. */
  waitingMessages(): number;
  /** Closes at once, whether or not the screen reads. */
  cut(): void;
}

/** What a screen may do; each argument is whatever it sent. */
export interface LineHandlers {
  watch(room: unknown): WatchAnswer;
  unwatch(room: unknown): void;
  resync(room: unknown): void;
  /** Called for every message before anything else; false: no more, cut it. */
  mayTalk(): boolean;
  closed(): void;
}

export interface Handshake {
  readonly headers: IncomingHttpHeaders;
  /** `auth.token` of the client, whatever it is. */
  readonly token: unknown;
}

export type Admission<Admitted> =
  | { readonly admitted: Admitted }
  | { readonly problem: 'unauthorised' | 'too-many-connections' | 'unavailable' };

export interface Wire {
  start(): void;
  stop(): Promise<void>;
  /** To everyone in these rooms, or to lines by their ids; written down once for all of them. */
  tell<Event extends keyof ServerToClient>(
    to: readonly string[],
    event: Event,
    ...message: Parameters<ServerToClient[Event]>
  ): void;
  /** Is anybody in the room? */
  isHeard(room: string): boolean;
}

interface SocketData<Admitted> {
  admitted?: Admitted;
}
type LiveSocket<Admitted> = Socket<ClientToServer, ServerToClient, DefaultEventsMap, SocketData<Admitted>>;
type Connection = LiveSocket<unknown>['conn'];

function canTerminate(socket: unknown): socket is { terminate(): void } {
  return typeof socket === 'object' && socket !== null && 'terminate' in socket;
}

/**
 * `ws` waits half a minute for the other side to answer a close, and engine.io has no harder way: one that does not
 * read would keep its buffers that long. Does nothing to a connection that is closed by now.
 */
function terminate({ transport }: Connection): void {
  if ('socket' in transport && canTerminate(transport.socket)) transport.socket.terminate();
}

/**
 * Closes the transport without a word of socket.io: told to disconnect, its client would never come back by itself, and
 * a wall has to. Whoever has lost the right to look on hears so when it tries again.
 */
function close(connection: Connection): void {
  connection.close(true);
  setTimeout(() => terminate(connection), CLOSING_GRACE_MS).unref();
}

/**
 * Attaches to `httpServer` at start, which must have its request handler by then: what is not socket.io's is passed on
 * to the handlers that are there. WebSocket upgrades on other paths are left to others.
 */
export function createWire<Admitted>(parts: {
  readonly httpServer: HttpServer;
  /** May this request begin a connection at all? Called before anything is kept. */
  readonly allow: (request: IncomingMessage) => boolean;
  /** A connection begins; returns what to do when it ends. It may not have been let in yet. */
  readonly opened: (request: IncomingMessage) => () => void;
  readonly admit: (handshake: Handshake) => Promise<Admission<Admitted>>;
  /** Undefined: not after all. */
  readonly joined: (line: Line, admitted: Admitted) => LineHandlers | undefined;
}): Wire {
  const { httpServer, allow, opened, admit, joined } = parts;
  const connections = new Set<Connection>();
  let isOpen = false;
  const io = new Server<ClientToServer, ServerToClient, DefaultEventsMap, SocketData<Admitted>>({
    serveClient: false,
    transports: ['websocket', 'polling'],
    perMessageDeflate: false,
    destroyUpgrade: false,
    maxHttpBufferSize: MAX_MESSAGE_BYTES,
    connectTimeout: ADMISSION_TIMEOUT_MS,
    allowRequest: (request, decide) => {
      const isAllowed = isOpen && allow(request);
      decide(isAllowed ? null : 'forbidden', isAllowed);
    },
  });
  const live = io.of('/live');
  // nothing lives in the main namespace
  io.use((_socket, next) => next(new Error('unauthorised')));
  const asked = new WeakMap<Connection, number>();
  live.use((socket, next) => {
    const times = (asked.get(socket.conn) ?? 0) + 1;
    asked.set(socket.conn, times);
    if (times > MAX_ADMISSIONS_ASKED) {
      close(socket.conn);
      return;
    }
    const { headers, auth } = socket.handshake;
    const token: unknown = auth['token'];
    admit({ headers, token }).then(
      (admission) => {
        if ('problem' in admission) return next(new Error(admission.problem));
        socket.data.admitted = admission.admitted;
        next();
      },
      () => next(new Error('unavailable')),
    );
  });
  live.on('connection', accept);

  function accept(socket: LiveSocket<Admitted>): void {
    const { admitted } = socket.data;
    const waiting = countWaiting(socket.conn);
    const handlers =
      admitted &&
      isOpen &&
      joined(
        {
          id: socket.id,
          // the rooms of the in-memory adapter are joined and left before the call returns
          enter: (room) => void socket.join(room),
          leave: (room) => void socket.leave(room),
          waitingMessages: waiting,
          cut: () => close(socket.conn),
        },
        admitted,
      );
    if (!handlers) {
      close(socket.conn);
      return;
    }
    socket.use((_event, next) => {
      if (handlers.mayTalk()) next();
    });
    socket.on('watch', (room, answer) => {
      const result = handlers.watch(room);
      if (typeof answer === 'function') answer(result);
    });
    socket.on('unwatch', (room) => handlers.unwatch(room));
    socket.on('resync', (room) => handlers.resync(room));
    socket.on('disconnect', () => handlers.closed());
  }

  /** engine.io hands its buffer over as a whole whenever the transport takes it. */
  function countWaiting(connection: Connection): () => number {
    let waiting = 0;
    connection.on('packetCreate', () => {
      waiting++;
    });
    connection.on('flush', () => {
      waiting = 0;
    });
    return () => waiting;
  }

  return {
    start() {
      isOpen = true;
      io.attach(httpServer);
      io.engine.on('connection', (connection: Connection) => {
        const ended = opened(connection.request);
        connections.add(connection);
        connection.once('close', () => {
          connections.delete(connection);
          ended();
        });
      });
    },
    async stop() {
      if (!isOpen) return;
      isOpen = false;
      const last = [...connections];
      for (const connection of last) connection.close(true);
      io.engine.close();
      if (last.length > 0) await delay(CLOSING_GRACE_MS);
      for (const connection of last) terminate(connection);
    },
    tell(to, event, ...message) {
      live.to([...to]).emit(event, ...message);
    },
    isHeard: (room) => live.adapter.rooms.has(room),
  };
}
