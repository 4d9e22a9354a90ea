/** A wall that looks on: counts the numbered changes it is sent and notices a gap. */
import { io, type Socket } from 'socket.io-client';
import type { Changes, ClientToServer, ServerToClient, Snapshot } from '../../contracts/live.ts';
import type { App } from '../support/app.ts';
import { poll } from '../support/poll.ts';

export interface LiveWatch {
  changes(): number;
  gaps(): number;
  stop(): void;
}

export async function watchLive(app: App): Promise<LiveWatch> {
  const socket: Socket<ServerToClient, ClientToServer> = io(`${app.http}/live`, {
    transports: ['websocket'],
    auth: { token: app.adminToken },
    extraHeaders: { authorization: `Bearer ${app.adminToken}` },
  });
  let last: number | undefined;
  let changes = 0;
  let gaps = 0;
  socket.on('snapshot', ({ room, sequence }: Snapshot) => {
    if (room === 'overview') last = sequence;
  });
  socket.on('changes', ({ room, sequence }: Changes) => {
    if (room !== 'overview' || last === undefined) return;
    if (sequence !== last + 1) gaps++;
    last = sequence;
    changes++;
  });
  await poll(() => last !== undefined, { deadlineMs: 15_000 });
  return { changes: () => changes, gaps: () => gaps, stop: () => void socket.disconnect() };
}
