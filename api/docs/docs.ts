/** The API viewer at /docs, from files on this disk: it works on a network without a way out. */
import { join } from 'node:path';
import { Router } from 'express';
import swaggerUiFolder from 'swagger-ui-dist/absolute-path.js';

const OWN = { '/docs': 'index.html', '/docs/start.js': 'start.js' };
const FROM_SWAGGER_UI = ['swagger-ui.css', 'swagger-ui-bundle.js', 'favicon-32x32.png'];

export function docsRouter(): Router {
  const router = Router();
  const swaggerUi = swaggerUiFolder();
  for (const [path, file] of Object.entries(OWN))
    router.get(path, (_request, response) => {
      response.set('Cache-Control', 'no-cache').sendFile(join(import.meta.dirname, file));
    });
  for (const file of FROM_SWAGGER_UI)
    router.get(`/docs/${file}`, (_request, response) => {
      response.set('Cache-Control', 'no-cache').sendFile(join(swaggerUi, file), { cacheControl: false });
    });
  return router;
}
