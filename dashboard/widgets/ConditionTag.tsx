import type { Condition } from '../../contracts/live.ts';
import { Tag } from '../ui/Tag.tsx';
import { useWords } from '../words/words.ts';
import { TONE } from './tone.ts';

export function ConditionTag({ condition }: { readonly condition: Condition }) {
  const { t } = useWords();
  return <Tag tone={TONE[condition]} word={t(`condition.${condition}`)} />;
}
