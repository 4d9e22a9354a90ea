import { ApiProblem } from '../data/problem.ts';
import type { Translate } from '../words/words.ts';

export function problemWords(error: unknown, t: Translate): string {
  if (!(error instanceof ApiProblem)) return t('problem.server', { status: '–' });
  const { status, detail } = error;
  switch (status) {
    case 0:
      return t('problem.network');
    case 401:
      return t('problem.unauthorized');
    case 403:
      return t('problem.forbidden');
    case 404:
      return t('problem.notFound');
    case 409:
      return t('problem.conflict');
    case 429:
      return t('problem.tooMany');
    case 502:
    case 503:
    case 504:
      return t('problem.unavailable');
    default:
      return status < 500 ? t('problem.invalid', { detail }) : t('problem.server', { status });
  }
}
