/**
 * Hikvision access terminals post each event to `/ingest/hikvision/<token>`. Names and pictures end here: only the few
 * fields that attendance needs reach the journal.
 */
import { Router } from 'express';
import { stripHikvision } from '../../devices/codecs/hikvision.ts';
import type { TerminalBook } from './terminalBook.ts';
import {
  answerFault,
  RETRY_AFTER_S,
  readBody,
  say,
  type TerminalDoorParts,
  turnAway,
  writeDown,
} from './terminalDoor.ts';

/** An event with its pictures; the pictures are the size. */
const MAX_BODY_BYTES = 8 * 1024 * 1024;

export interface HikvisionDoorParts extends TerminalDoorParts {
  readonly terminals: Pick<TerminalBook, 'byToken'>;
}

export function createHikvisionDoor(parts: HikvisionDoorParts): Router {
  const { terminals, accept, isOverloaded, refusals, onSeen } = parts;
  const router = Router();

  router.post('/ingest/hikvision/:token', async (request, response, next) => {
    const terminal = terminals.byToken(request.params.token);
    if (!terminal) return turnAway(parts, request, response, 'a Hikvision token');
    if (isOverloaded()) {
      refusals.count('overload');
      response.setHeader('Retry-After', RETRY_AFTER_S);
      return say(response, 503, 'ERROR: busy, send it again');
    }
    onSeen(terminal);
    try {
      const body = await readBody(request, response, MAX_BODY_BYTES);
      const contentType = request.headers['content-type'] ?? '';
      const event = stripHikvision(body, contentType);
      if (event !== 'other') {
        // What can not be read may hold a picture: that it came is all that is kept of it.
        const kept =
          event === 'unreadable'
            ? { unreadable: { bytes: body.byteLength, type: contentType.split(';')[0]?.slice(0, 60) ?? '' } }
            : event;
        await writeDown(accept, terminal, `hikvision/${terminal.id}/event`, [Buffer.from(JSON.stringify(kept))]);
      }
      say(response, 200, 'OK');
    } catch (error) {
      answerFault(error, response, next);
    }
  });
  return router;
}
