/** Serves the built dashboard: hashed files for ever, the page itself never from a cache. */
import { join } from 'node:path';
import express, { Router } from 'express';

/** What belongs to machines: an unknown address below these is a problem, not a page. */
const MACHINE_PATHS = /^\/(api|ingest|iclock|live|mqtt|docs|metrics|healthz|readyz|assets)(\/|$)/;

export function dashboardRouter(folder: string): Router {
  const router = Router();
  const page = join(folder, 'index.html');
  router.use(
    express.static(folder, {
      index: false,
      redirect: false,
      cacheControl: false,
      setHeaders(response, path) {
        // The bundler puts a hash of the content into the names below assets/.
        const isHashed = path.startsWith(join(folder, 'assets'));
        response.setHeader('Cache-Control', isHashed ? 'public, max-age=31536000, immutable' : 'no-cache');
      },
    }),
  );
  router.get('/{*path}', (request, response, next) => {
    const isNavigation = request.headers.accept?.includes('text/html') === true;
    if (!isNavigation || MACHINE_PATHS.test(request.path)) return next();
    response.set('Cache-Control', 'no-cache').sendFile(page, { cacheControl: false }, (error?: Error) => {
      // Not built, or the reader went away: then there is no such page.
      if (error && !response.headersSent) next();
    });
  });
  return router;
}
