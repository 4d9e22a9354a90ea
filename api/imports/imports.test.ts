import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { problem } from '../../contracts/http/common.ts';
import { importReport } from '../../contracts/http/places.ts';
import { schoolId } from '../../contracts/ids.ts';
import { type ApiUnderTest, AREA, SCHOOL, startApi } from '../../tests/support/httpApi.ts';

let api: ApiUnderTest;
beforeEach(async () => {
  api = await startApi();
});
afterEach(() => api.stop());

const HEADER = 'ma;ten;cap;khu_vuc;kinh_do;vi_do;hoc_sinh';
const send = (body: string | Uint8Array, type = 'text/csv; charset=utf-8') =>
  api.ask('POST', '/api/v1/import/schools', { body, headers: { 'content-type': type } });
const report = async (...args: Parameters<typeof send>) => importReport.parse((await send(...args)).body);
const school = (id: string) => api.parts.records.schools.get(schoolId.parse(id));

describe('good files', () => {
  const EXPECTED = {
    id: 's1',
    name: 'Tiểu học A',
    level: 'tieu_hoc',
    area: AREA.north,
    position: [106.65, 10.98],
    students: 320,
    simulated: false,
  };

  test.each([
    ['Vietnamese, with semicolons', `${HEADER}\ns1;Tiểu học A;tieu_hoc;bac;106.65;10.98;320\n`],
    ['English, with commas', 'id,name,level,area,lon,lat,students\ns1,Tiểu học A,tieu_hoc,bac,106.65,10.98,320'],
    ['with tabs', 'id\tname\tlevel\tarea\tlon\tlat\tstudents\ns1\tTiểu học A\ttieu_hoc\tbac\t106.65\t10.98\t320'],
    [
      'as a spreadsheet in Vietnamese writes it',
      '\uFEFFMã;Tên;Cấp;Khu vực;Kinh độ;Vĩ độ;Học sinh\r\ns1;"Tiểu học A";Tiểu học;bac;106,65;10,98;320\r\n',
    ],
    [
      'in another order with more columns',
      'STT,vi_do,kinh_do,Địa chỉ,ma,ten,cap,khu_vuc,so_hoc_sinh\n1,10.98,106.65,"1 Lê Lợi, Q1",s1,Tiểu học A,TIEU_HOC,bac,320',
    ],
  ])('%s', async (_name, text) => {
    expect(await report(text)).toEqual({ accepted: 1, refused: 0, rows: [] });
    expect(await school('s1')).toEqual(EXPECTED);
    expect(api.seen.changedSchools).toEqual([EXPECTED]);
    expect((await api.ask('GET', '/api/v1/schools/s1')).body).toEqual(EXPECTED);
  });

  test('as Unicode text of an older spreadsheet', async () => {
    const text = `\uFEFF${HEADER.replaceAll(';', '\t')}\r\ns1\tTiểu học A\ttieu_hoc\tbac\t106,65\t10,98\t320`;
    expect(await report(Buffer.from(text, 'utf16le'))).toMatchObject({ accepted: 1 });
    expect(await school('s1')).toEqual(EXPECTED);
  });

  test('with a cell of several lines, quotes and separators', async () => {
    await report(`${HEADER}\ns1;"Trường ""A"";\nphân hiệu B";thcs;bac;106;11;\n`);
    expect(await school('s1')).toMatchObject({ name: 'Trường "A";\nphân hiệu B', students: null });
  });

  test('replace what was there, but for what the file does not tell', async () => {
    const before = await school(SCHOOL.north);
    if (!before) throw new Error('no seeded school');
    await api.parts.records.schools.put({ ...before, simulated: true });
    await report(`ma,ten,cap,khu_vuc,kinh_do,vi_do\n${SCHOOL.north},Tên mới,thcs,nam,107,12`);
    expect(await school(SCHOOL.north)).toEqual({
      ...before,
      name: 'Tên mới',
      area: AREA.south,
      position: [107, 12],
      simulated: true,
    });
  });
});

describe('bad rows', () => {
  test('are reported one by one, and the good ones are taken', async () => {
    const text = [
      HEADER,
      'ok1;A;thcs;bac;106;11;1',
      'bad id;B;thcs;bac;106;11;1',
      'b3;;thcs;bac;106;11;1',
      '',
      'b5;B;đại học;bac;106;11;1',
      'b6;B;thcs;constructor;106;11;1',
      'b7;B;thcs;bac;east;11;1',
      'b8;B;thcs;bac;106;91;1',
      'b9;B;thcs;bac;106;11;1.234',
      'ok1;again;thcs;bac;106;11;1',
      'b11;B',
      '__proto__;B;thcs;bac;106;11;1',
      'ok2;Z;gdtx;nam;106;11;;more;than;the;header',
    ].join('\n');
    const { accepted, refused, rows } = await report(text);
    expect({ accepted, refused }).toEqual({ accepted: 2, refused: 10 });
    expect(rows.filter(({ row }) => row !== 12).map(({ row, column, value }) => [row, column, value])).toEqual([
      [3, 'ma', 'bad id'],
      [4, 'ten', ''],
      [6, 'cap', 'đại học'],
      [7, 'khu_vuc', 'constructor'],
      [8, 'kinh_do', 'east'],
      [9, 'vi_do', '91'],
      [10, 'hoc_sinh', '1.234'],
      [11, 'ma', 'ok1'],
      [13, 'ma', '__proto__'],
    ]);
    expect(rows.find(({ row }) => row === 11)?.message).toBe('the same id as in row 2');
    expect(rows.filter(({ row }) => row === 12).map(({ column }) => column)).toEqual([
      'cap',
      'khu_vuc',
      'kinh_do',
      'vi_do',
    ]);
    expect(await school('ok1')).toMatchObject({ name: 'A' });
    expect(await school('ok2')).toMatchObject({ name: 'Z', students: null });
    expect(await school('b5')).toBeUndefined();
  });

  test('only: still a report', async () => {
    expect(await report(`${HEADER}\nx;;;;;;`)).toMatchObject({ accepted: 0, refused: 1 });
    expect(api.seen.changedSchools).toEqual([]);
  });
});

describe('files that are no table', () => {
  test.each([
    ['empty', '', /empty/],
    ['a header without the columns', 'a;b;c\n1;2;3', /lacks: ma or id; ten or name; cap or level; khu_vuc or area/],
    ['two columns of one meaning', `${HEADER};id\n`, /“ma” and “id” mean the same/],
    ['a quotation mark that never ends', `${HEADER}\ns1;"A;thcs;bac;106;11;1\n`, /quotation marks/],
    ['a spreadsheet', Buffer.from('PK\u0003\u0004 and so on'), /CSV UTF-8/],
    ['another encoding', Buffer.from([0x74, 0xea, 0x6e, 0x0a]), /not UTF-8/],
    ['something binary', Buffer.from(`${HEADER}\u0000`), /no text/],
    ['too many rows', `${HEADER}\n${'x\n'.repeat(20_001)}`, /more than 20000 rows/],
  ])('%s', async (_name, body, message) => {
    const answer = await send(body);
    expect(answer.status).toBe(400);
    expect(problem.parse(answer.body).detail).toMatch(message);
  });

  test('of another type or size', async () => {
    expect((await send('{}', 'application/json')).status).toBe(415);
    expect(await send('x'.repeat(10 * 1024 * 1024 + 1))).toMatchObject({
      status: 413,
      body: { detail: 'The body may be at most 10485760 bytes.' },
    });
  });
});

test('a large file is read in full', async () => {
  const rows = Array.from(
    { length: 3_500 },
    (_, index) => `truong-${index};Trường số ${index};thcs;bac;106.5;10.5;${index}`,
  );
  expect(await report(`${HEADER}\n${rows.join('\n')}`)).toEqual({ accepted: 3_500, refused: 0, rows: [] });
  expect((await school('truong-3499'))?.students).toBe(3_499);
});
