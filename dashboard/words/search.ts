/** Finding names as people type them: without tone marks, đ as d, any order of words. */

/** "Trường THCS Định Hoà" → "truong thcs dinh hoa" */
export function fold(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{M}+/gu, '')
    .replace(/đ/g, 'd')
    .replace(/Đ/g, 'd')
    .toLowerCase();
}

/** True when every word typed occurs somewhere in one of the texts. */
export function matches(typed: string, ...texts: readonly string[]): boolean {
  const words = fold(typed).split(/\s+/).filter(Boolean);
  if (words.length === 0) return true;
  const haystack = fold(texts.join(' '));
  return words.every((word) => haystack.includes(word));
}

const collator = new Intl.Collator('vi', { numeric: true, sensitivity: 'variant' });

/** Vietnamese order: A Ă Â B … D Đ E Ê; "Lớp 2" before "Lớp 10". */
export function byName(one: string, other: string): number {
  return collator.compare(one, other);
}
