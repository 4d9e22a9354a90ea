/** i18next with the two languages bundled; keys are checked by the compiler. */
import { createInstance } from 'i18next';
import { initReactI18next, useTranslation } from 'react-i18next';
import { en } from './en.ts';
import type { Language } from './languages.ts';
import { vi } from './vi.ts';

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'words';
    resources: { words: typeof vi };
  }
}

export const i18n = createInstance({
  resources: { vi: { words: vi }, en: { words: en } },
  lng: 'vi',
  fallbackLng: false,
  defaultNS: 'words',
  ns: ['words'],
  // React escapes; a school's name must not show &amp;
  interpolation: { escapeValue: false },
  // resources are in the bundle, so the first render already has its words
  initAsync: false,
}).use(initReactI18next);

export async function startWords(language: Language): Promise<void> {
  if (!i18n.isInitialized) await i18n.init();
  await setLanguage(language);
}

export async function setLanguage(language: Language): Promise<void> {
  document.documentElement.lang = language;
  if (i18n.language !== language) await i18n.changeLanguage(language);
}

export function useWords() {
  const { t, i18n: instance } = useTranslation('words');
  return { t, language: languageOf(instance.language) };
}
export type Translate = ReturnType<typeof useWords>['t'];

export function languageOf(tag: string): Language {
  return tag.startsWith('en') ? 'en' : 'vi';
}
