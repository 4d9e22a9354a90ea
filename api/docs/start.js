/* The viewer's own start: in a file of ours, since the page allows no script inside it. */
/* global SwaggerUIBundle */
// oxlint-disable-next-line typescript/no-unsafe-call -- swagger-ui-bundle.js makes it, without types
SwaggerUIBundle({
  url: '/api/v1/openapi.json',
  dom_id: '#docs',
  deepLinking: true,
  displayRequestDuration: true,
  // It would be asked of a server outside.
  validatorUrl: null,
});
