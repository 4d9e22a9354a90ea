import type { Translate } from '../../words/words.ts';
import type { MapWords } from './features.ts';

export function mapWords(t: Translate): MapWords {
  return { hoangSa: t('place.hoangSa'), truongSa: t('place.truongSa'), eastSea: t('place.eastSea') };
}
