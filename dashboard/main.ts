/** First of all the content policy: it allows no code from strings, and zod must know before any schema is built. */
import { config } from 'zod';

config({ jitless: true });
const element = document.getElementById('root');
if (!element) throw new Error('index.html has no #root');
const { start } = await import('./app.tsx');
await start(element);
