import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { maskCards } from './maskCards.ts';

const shown = (topic: string, payload: string | Buffer, hasScans = false) =>
  maskCards(Buffer.from(payload), { topic, hasScans });

describe('payloads as they are shown', () => {
  test('a message without cards is shown as it was sent', () => {
    const text = '{ "Time":"2026-01-01T00:00:00", "SCD40": {"CarbonDioxide": 812, "name":"Lớp 1A"} }';
    expect(shown('tele/x/SENSOR', text)).toEqual({ as: 'text', content: text, masked: false });
    expect(shown('spBv1.0/g/NDATA/n', Buffer.from([0, 255, 1]))).toEqual({
      as: 'base64',
      content: 'AP8B',
      masked: false,
    });
  });

  test.each([
    [
      'gate/scans',
      '{"id":"e-1","at":5,"credential":{"type":"rfid","value":"04A1B2C3D4"},"direction":"in"}',
      '04A1B2C3D4',
    ],
    ['gate/scans', '[{"credential":{"type":"qr","value":90017777}}]', '90017777'],
    ['gate/scans', 'not JSON 04A1B2C3D4', '04A1B2C3D4'],
    ['tele/x/SENSOR', '{"Time":"2026-01-01T00:00:00","RDM6300":{"UID":"00434343"}}', '00434343'],
    ['iclock/SN1/attlog', '9001777\t2026-07-28 22:40:21\t1\t15\t0\t0', '9001777'],
    ['iclock/SN1/rtlog', 'time=2026-07-28 22:40:21\tpin=90017\tcardno=777777\tevent=0', '90017'],
    ['iclock/SN1/attlog', 'data=9001777%092026-07-28', '9001777'],
    ['hikvision/g/event', '{"dateTime":"x","AccessControllerEvent":{"employeeNoString":"9001777"}}', '9001777'],
    ['x/door', '{"uid":"f3ec6234","door":"d"}', 'f3ec6234'],
    ['x/door', '{"cardNumber":123456789', '123456789'],
    ['x/config', '{"wifi":{"password":"bi-mat-lam"}}', 'bi-mat-lam'],
  ])('%s %s hides it', (topic, payload, secret) => {
    const { content, masked } = shown(topic, payload);
    expect(masked).toBe(true);
    expect(content).not.toContain(secret);
  });

  test('what is no secret stays readable', () => {
    const { content } = shown(
      'gate/scans',
      '{"at":"2026-01-01T00:00:00Z","credential":{"type":"rfid","value":"04A1B2C3D4"},"direction":"in"}',
    );
    expect(JSON.parse(content)).toEqual({
      at: '2026-01-01T00:00:00Z',
      credential: { type: 'rfid', value: '••••D4' },
      direction: 'in',
    });
    expect(shown('iclock/SN1/attlog', '9001777\t2026-07-28 22:40:21\t1\t15').content).toBe(
      '••••\t2026-07-28 22:40:21\t1\t15',
    );
  });

  test('a passage that is no text is not shown at all', () => {
    expect(shown('x/y', Buffer.from([4, 0xa1, 0xff]), true)).toEqual({ as: 'hidden', content: '', masked: true });
  });

  test('a card never shows, wherever a message about passages has it', () => {
    const card = fc.stringMatching(/^[0-9A-F]{8,14}$/).filter((text) => /[A-F]/.test(text));
    const field = fc.constantFrom('uid', 'x', 'Wiegand', 'value', 'no', 'data', 'dữ liệu', '__proto__');
    fc.assert(
      fc.property(card, field, field, fc.nat({ max: 3 }), (number, outer, inner, shape) => {
        const body = [
          { [inner]: number },
          { [outer]: { [inner]: number } },
          [{ [outer]: [number] }],
          { [inner]: [[number]] },
        ][shape];
        for (const payload of [JSON.stringify(body), JSON.stringify(body).slice(0, -1), number])
          expect(shown('any/topic', payload, true).content).not.toContain(number);
      }),
    );
  });
});
