import { expect, test } from 'vitest';
import { gatewayId, schoolId } from '../../contracts/ids.ts';
import type { TerminalRecord } from '../../store/records/port.ts';
import { createTerminalPresence } from './terminalPresence.ts';

const terminal: TerminalRecord = {
  school: schoolId.parse('a'),
  id: gatewayId.parse('gate'),
  vendor: 'zkteco',
  serial: 'SN1',
  tokenHash: null,
  createdAt: 0,
};

test('a terminal that stops asking is offline once, and online again with its next request', () => {
  const told: string[] = [];
  let at = 0;
  const presence = createTerminalPresence({
    announce: ({ device, state }) => void told.push(`${device} ${state} ${at / 60_000}`),
    now: () => at,
  });
  const passMinutes = (minutes: number, isAsking: boolean): void => {
    for (let minute = 0; minute < minutes; minute++) {
      at += 60_000;
      if (isAsking) presence.heard(terminal);
      presence.sweep();
    }
  };
  passMinutes(60, false);
  expect(told, 'never heard is not dead').toEqual([]);
  passMinutes(10, true);
  passMinutes(30, false);
  passMinutes(2, true);
  expect(told).toEqual(['SN1 online 61', 'SN1 offline 75', 'SN1 online 101']);
  presence.forget(terminal);
  passMinutes(30, false);
  expect(told).toHaveLength(3);
});
