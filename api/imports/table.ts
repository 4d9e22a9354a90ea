/** Reads a CSV file as people make them: any of three separators, UTF-8 or what Excel calls Unicode text. */
import { Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';

export const MAX_ROWS = 20_000;
/** The parser works this much at a time, and lets others run in between. */
const CHUNK_CHARS = 64 * 1024;

export interface Row {
  /** As a spreadsheet numbers it: the header is row 1. */
  readonly row: number;
  readonly cells: readonly string[];
}

export interface Table {
  readonly header: readonly string[];
  readonly rows: readonly Row[];
}

/** A file that is no table at all, in a sentence. */
export interface BadFile {
  readonly badFile: string;
}

export async function readTable(bytes: Uint8Array): Promise<Table | BadFile> {
  const text = textOf(bytes);
  if (typeof text !== 'string') return text;
  const records: string[][] = [];
  const parser = Readable.from(chunksOf(text)).pipe(
    parse({ delimiter: separatorOf(text), relax_column_count: true, skip_empty_lines: false, trim: true }),
  );
  try {
    for await (const record of parser as AsyncIterable<string[]>) {
      if (records.length > MAX_ROWS) return { badFile: `The file has more than ${MAX_ROWS} rows; split it.` };
      records.push(record);
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    return { badFile: `The file is not valid CSV near row ${records.length + 1}: check its quotation marks.` };
  }
  const [header, ...rest] = records;
  if (!header) return { badFile: 'The file is empty.' };
  const rows = rest.map((cells, index) => ({ row: index + 2, cells }));
  return { header, rows: rows.filter(({ cells }) => cells.some((cell) => cell !== '')) };
}

function textOf(bytes: Uint8Array): string | BadFile {
  if (bytes[0] === 0x50 && bytes[1] === 0x4b)
    return { badFile: 'This is a spreadsheet or an archive; save it as “CSV UTF-8” first.' };
  const encoding = bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : 'utf-8';
  try {
    const text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
    return text.includes('\0') ? { badFile: 'The file holds zero characters: it is no text.' } : text;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return { badFile: 'The file is not UTF-8 text; save it as “CSV UTF-8”.' };
  }
}

/** The one that occurs most in the header: a `;` file has commas inside its numbers. */
function separatorOf(text: string): string {
  const header = text.slice(0, text.search(/[\r\n]|$/));
  const count = (separator: string) => header.split(separator).length;
  return [';', ',', '\t'].reduce((best, next) => (count(next) > count(best) ? next : best));
}

function* chunksOf(text: string): Generator<string> {
  for (let at = 0; at < text.length; at += CHUNK_CHARS) yield text.slice(at, at + CHUNK_CHARS);
}
