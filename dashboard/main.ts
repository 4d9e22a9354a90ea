/** First of all the content policy: it allows no code from strings, and zod must know before any schema is built. */
import { config } from 'zod';

config({ jitless: true });

/** A page opened before an update asks for parts that are gone. Loading again gets the new ones; not in a circle. */
const RELOAD_EVERY_MS = 30_000;
const RELOADED_AT = 'reloadedAt';
window.addEventListener('vite:preloadError', () => {
  const last = Number(sessionStorage.getItem(RELOADED_AT) ?? 0);
  const waitMs = Math.max(0, last + RELOAD_EVERY_MS - Date.now());
  setTimeout(() => {
    sessionStorage.setItem(RELOADED_AT, String(Date.now()));
    window.location.reload();
  }, waitMs);
});

const element = document.getElementById('root');
if (!element) throw new Error('index.html has no #root');
const { start } = await import('./app.tsx');
await start(element);
