/** Attendance terminals as one part of the way in: who they are, their two doors, and whether they are still there. */
import type { Router } from 'express';
import { deviceId } from '../../contracts/ids.ts';
import type { Registry } from '../../devices/registry.ts';
import type { TerminalRecord } from '../../store/records/port.ts';
import type { OpenFeed } from '../feed.ts';
import { offsetMinutes } from '../sourceTime.ts';
import { createHikvisionDoor } from './hikvisionDoor.ts';
import { createTerminalBook, type TerminalBook } from './terminalBook.ts';
import type { TerminalDoorParts } from './terminalDoor.ts';
import { createTerminalPresence } from './terminalPresence.ts';
import { createZktecoDoor } from './zktecoDoor.ts';

export interface Terminals extends Pick<TerminalBook, 'put' | 'remove' | 'lastSeenAt'> {
  /** Express routers, mounted before any body parser. */
  readonly doors: readonly Router[];
  start(): void;
  stop(): void;
}

export function createTerminals({
  initial,
  registry,
  feed,
  timeZone,
  now,
  ...door
}: Omit<TerminalDoorParts, 'onSeen'> & {
  readonly initial: readonly TerminalRecord[];
  readonly registry: Pick<Registry, 'get'>;
  readonly feed: Pick<OpenFeed, 'announce'>;
  /** Zone of the terminals that have no offset of their own. */
  readonly timeZone: string;
  readonly now: () => number;
}): Terminals {
  const book = createTerminalBook(initial);
  const presence = createTerminalPresence({ announce: (status) => feed.announce({ devices: [status] }), now });

  function onSeen(terminal: TerminalRecord): void {
    book.seen(terminal, now());
    presence.heard(terminal);
  }

  /** What its times are read with is what its clock is set to. */
  function utcOffsetMinutes({ school, serial }: TerminalRecord): number {
    const own = serial === null ? undefined : registry.get(school, deviceId.parse(serial))?.options['utcOffsetMinutes'];
    return typeof own === 'number' ? own : offsetMinutes(now(), timeZone);
  }

  return {
    doors: [
      createZktecoDoor({ ...door, terminals: book, onSeen, utcOffsetMinutes }),
      createHikvisionDoor({ ...door, terminals: book, onSeen }),
    ],
    put(terminal) {
      presence.forget(terminal);
      book.put(terminal);
    },
    remove(school, id) {
      presence.forget({ school, id });
      book.remove(school, id);
    },
    lastSeenAt: book.lastSeenAt,
    start: presence.start,
    stop: presence.stop,
  };
}
