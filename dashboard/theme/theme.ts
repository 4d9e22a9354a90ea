/** Which theme is on, and its tokens for what can not read CSS: the chart canvas and the map. */
import { useSyncExternalStore } from 'react';

export const THEMES = ['light', 'dark', 'system'] as const;
export type ThemeChoice = (typeof THEMES)[number];
export type Theme = 'light' | 'dark';

const SYSTEM_DARK = '(prefers-color-scheme: dark)';

export function resolveTheme(choice: ThemeChoice, systemIsDark: boolean): Theme {
  if (choice !== 'system') return choice;
  return systemIsDark ? 'dark' : 'light';
}

export function applyTheme(choice: ThemeChoice): void {
  document.documentElement.dataset['theme'] = resolveTheme(choice, matchMedia(SYSTEM_DARK).matches);
}

function currentTheme(): Theme {
  return document.documentElement.dataset['theme'] === 'dark' ? 'dark' : 'light';
}

function subscribeTheme(listener: () => void): () => void {
  const observer = new MutationObserver(listener);
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme', 'data-scale'] });
  window.addEventListener('resize', listener);
  return () => {
    observer.disconnect();
    window.removeEventListener('resize', listener);
  };
}

export function useTheme(): Theme {
  return useSyncExternalStore(subscribeTheme, currentTheme);
}

/** Follows the system while the choice is `system`. Returns its own undo. */
export function followSystemTheme(choice: ThemeChoice): () => void {
  applyTheme(choice);
  const query = matchMedia(SYSTEM_DARK);
  const onChange = () => applyTheme(choice);
  query.addEventListener('change', onChange);
  return () => query.removeEventListener('change', onChange);
}

/** Reads a token such as `ink` of the theme that is on now. */
export function token(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

/** Pixels of 1rem now; wall type grows with the screen, and so do map and chart labels. */
export function remPx(): number {
  return Number.parseFloat(getComputedStyle(document.documentElement).fontSize) || 16;
}

/** Changes when the screen's type size does. */
export function useRemPx(): number {
  return useSyncExternalStore(subscribeTheme, remPx);
}
