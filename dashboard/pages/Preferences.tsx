import { useNavigate, useSearch } from '@tanstack/react-router';
import { Choice } from '../ui/Choice.tsx';
import { useWords } from '../words/words.ts';
import styles from './Preferences.module.css';

/** Theme and language; both live in the address, so a link opens the same view. */
export function Preferences() {
  const { t } = useWords();
  const { theme, lang } = useSearch({ from: '__root__' });
  const navigate = useNavigate();
  return (
    <div className={styles.preferences}>
      <Choice
        label={t('app.theme')}
        value={theme ?? 'system'}
        options={[
          { value: 'light', word: t('app.themeLight') },
          { value: 'dark', word: t('app.themeDark') },
          { value: 'system', word: t('app.themeSystem') },
        ]}
        onChange={(value) =>
          void navigate({ to: '.', search: (before) => ({ ...before, theme: value }), replace: true })
        }
      />
      <Choice
        label={t('app.language')}
        value={lang ?? 'vi'}
        options={[
          { value: 'vi', word: 'Tiếng Việt' },
          { value: 'en', word: 'English' },
        ]}
        onChange={(value) =>
          void navigate({ to: '.', search: (before) => ({ ...before, lang: value }), replace: true })
        }
      />
    </div>
  );
}
