import { describe, expect, test } from 'vitest';
import { preview } from './payload.ts';

const base64 = (bytes: Uint8Array | string) => Buffer.from(bytes).toString('base64');

describe('preview of a raw message', () => {
  test('text is text, with its accents', () => {
    expect(preview(base64('{"phòng":"Lớp 1A"}'))).toEqual({
      text: '{"phòng":"Lớp 1A"}',
      bytes: Buffer.byteLength('{"phòng":"Lớp 1A"}'),
    });
  });
  test('bytes are hexadecimal', () => {
    expect(preview(base64(Uint8Array.of(0xff, 0x00, 0x1b)))).toEqual({ text: 'ff 00 1b', bytes: 3 });
  });
  test('control characters are shown, not obeyed', () => {
    expect(preview(base64('a\u001b[2J')).text).toBe('61 1b 5b 32 4a');
  });
  test('long ones are cut, their length is told', () => {
    expect(preview(base64('x'.repeat(1_000)))).toEqual({ text: `${'x'.repeat(400)}…`, bytes: 1_000 });
    expect(preview(base64(new Uint8Array(500))).text).toMatch(/^(00 ){120}…$/);
  });
  test('nothing is nothing', () => {
    expect(preview('')).toEqual({ text: '', bytes: 0 });
  });
});
