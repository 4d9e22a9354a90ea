/**
 * CSV as the spreadsheets here open it: UTF-8 with its mark, semicolons (the comma is the decimal sign), CRLF.
 */
const MARK = '\uFEFF';

/** A cell that starts like a formula would be run by the spreadsheet: a quote makes it text. Numbers stay numbers. */
function cell(value: string | number): string {
  if (typeof value === 'number') return String(value).replace('.', ',');
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[";\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

export function toCsv(rows: readonly (readonly (string | number)[])[]): string {
  return MARK + rows.map((row) => row.map(cell).join(';')).join('\r\n');
}
