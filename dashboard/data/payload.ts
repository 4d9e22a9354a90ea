/** Raw bytes of a message, made visible. */
const MOST_CHARS = 400;
const MOST_BYTES = 120;

/** Text where it is text, else the bytes in hexadecimal. */
export function preview(base64: string): { readonly text: string; readonly bytes: number } {
  const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    if (!/(?![\t\n\r])\p{Cc}/u.test(text)) return { text: shorten(text, MOST_CHARS), bytes: bytes.length };
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
  }
  const hex = [...bytes.subarray(0, MOST_BYTES)].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
  return { text: bytes.length > MOST_BYTES ? `${hex} …` : hex, bytes: bytes.length };
}

function shorten(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most)}…` : text;
}
