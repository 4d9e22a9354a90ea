import { useNow } from '../data/live.tsx';
import { useFormats } from '../words/FormatsProvider.tsx';
import { ageOf } from '../words/formats.ts';
import { type Translate, useWords } from '../words/words.ts';

export function ageWords(ageMs: number, t: Translate): string {
  const { count, unit } = ageOf(ageMs);
  return unit === 'second' && count < 2 ? t('age.now') : t(`age.${unit}`, { count });
}

/** "40 phút": how long something lasts already. */
export function durationWords(lengthMs: number, t: Translate): string {
  const { count, unit } = ageOf(lengthMs);
  return t(`age.for.${unit}`, { count });
}

/** How old a figure is; says so too when it never came. */
export function Age({ at }: { readonly at: number | null }) {
  const { t } = useWords();
  const formats = useFormats();
  const now = useNow();
  if (at === null) return <span>{t('age.never')}</span>;
  return (
    <time dateTime={new Date(at).toISOString()} title={formats.dateTime(at)}>
      {ageWords(now - at, t)}
    </time>
  );
}
