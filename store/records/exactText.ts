/**
 * Text that comes back as it went in. SQLite's driver ends text at NUL, PostgreSQL refuses it, and UTF-8 has no unpaired
 * surrogates; topics and details in the quarantine have all of them. Such characters are written as SUBSTITUTE and four
 * hex digits, every other text is stored unchanged. JSON text never holds these characters, so it is never touched.
 */
const SUBSTITUTE = String.fromCharCode(0x1a);

export function encodeText(text: string): string {
  return text.replace(/[\p{Cc}\p{Cs}]/gu, (character) => {
    const code = character.charCodeAt(0);
    const storable = code !== 0 && character !== SUBSTITUTE && character.isWellFormed();
    return storable ? character : SUBSTITUTE + code.toString(16).padStart(4, '0');
  });
}

export function decodeText(text: string): string {
  const [head = '', ...escaped] = text.split(SUBSTITUTE);
  return (
    head + escaped.map((part) => String.fromCharCode(Number.parseInt(part.slice(0, 4), 16)) + part.slice(4)).join('')
  );
}

/** Query parameters as the database may have them. */
export function encodeParameters(parameters: readonly unknown[]): unknown[] {
  return parameters.map((parameter) => (typeof parameter === 'string' ? encodeText(parameter) : parameter));
}

/** Decodes a result row in place: it was made for us and nobody else has it. */
export function decodeRow(row: unknown): void {
  if (typeof row !== 'object' || row === null) return;
  for (const [column, value] of Object.entries(row))
    if (typeof value === 'string' && value.includes(SUBSTITUTE)) Reflect.set(row, column, decodeText(value));
}
