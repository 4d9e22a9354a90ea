import { statusOf } from '../data/problem.ts';
import { Action } from '../ui/Action.tsx';
import { State } from '../ui/State.tsx';
import { useWords } from '../words/words.ts';
import { problemWords } from './problemWords.ts';

/** A failed question to the server, in words, with the next step. */
export function ProblemState({ error, onRetry }: { readonly error: Error; readonly onRetry: () => void }) {
  const { t } = useWords();
  if (statusOf(error) === 403) return <State title={t('problem.forbiddenTitle')} step={t('problem.forbidden')} />;
  return (
    <State tone="fault" title={t('problem.title')} step={problemWords(error, t)}>
      <Action onClick={onRetry}>{t('app.retry')}</Action>
    </State>
  );
}
