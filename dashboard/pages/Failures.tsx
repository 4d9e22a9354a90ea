import { type ErrorComponentProps, Link } from '@tanstack/react-router';
import { Action } from '../ui/Action.tsx';
import { State } from '../ui/State.tsx';
import { useWords } from '../words/words.ts';

/** A fault of ours: the page can not go on, but the way out is clear. */
export function Crash({ error }: ErrorComponentProps) {
  const { t } = useWords();
  return (
    <State tone="fault" title={t('problem.crashTitle')} step={t('problem.crash')}>
      <code>{error instanceof Error ? error.message : String(error)}</code>
      <Action onClick={() => window.location.reload()}>{t('problem.reload')}</Action>
    </State>
  );
}

export function Missing() {
  const { t } = useWords();
  return (
    <State title={t('problem.missingTitle')} step={t('problem.missing')}>
      <Link to="/">{t('problem.home')}</Link>
    </State>
  );
}
