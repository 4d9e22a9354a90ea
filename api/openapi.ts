/** The route table as an OpenAPI 3.1 document: from the same schemas that check the requests. */
import {
  createDocument,
  type ZodOpenApiOperationObject,
  type ZodOpenApiPathsObject,
  type ZodOpenApiResponseObject,
} from 'zod-openapi';
import { viewer } from '../contracts/access.ts';
import { problem } from '../contracts/http/common.ts';
import { deviceView, gatewayView } from '../contracts/http/devices.ts';
import { quarantineEntry } from '../contracts/http/ingest.ts';
import { latestReading } from '../contracts/http/readings.ts';
import { area, room, school } from '../contracts/places.ts';
import { type Access, NO_BODY, type Route } from './route.ts';

const SHARED = {
  Area: area,
  School: school,
  Room: room,
  Gateway: gatewayView,
  Device: deviceView,
  LatestReading: latestReading,
  QuarantineEntry: quarantineEntry,
  Viewer: viewer,
  Problem: problem,
};

const REACH_WORDS = {
  school: 'for the school in the path, if it is in the scope of the viewer',
  visible: 'within the scope of the viewer',
  everything: 'for viewers without a limit of scope',
  installation: 'the same for everybody',
} as const;

export function describeApi(routes: readonly Route[]): ReturnType<typeof createDocument> {
  const paths: ZodOpenApiPathsObject = {};
  for (const route of routes) paths[route.path] = { ...paths[route.path], [route.method]: operationOf(route) };
  return createDocument({
    openapi: '3.1.0',
    info: {
      title: 'edu-ioc',
      version: '1',
      description:
        'Lists page with `limit` and `cursor`. Times come in as ISO 8601 or epoch milliseconds and go out as epoch milliseconds. Errors are RFC 9457 problems.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    paths,
    components: {
      schemas: SHARED,
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer' },
        session: { type: 'apiKey', in: 'cookie', name: 'ioc_session' },
      },
    },
  });
}

function operationOf(route: Route): ZodOpenApiOperationObject {
  const { access, answer, body, file, produces = 'application/json', statuses } = route;
  const hasContent = !statuses.includes(204);
  const content = file
    ? Object.fromEntries(file.types.map((type) => [type, { schema: { type: 'string' as const } }]))
    : { 'application/json': { schema: body } };
  const success = statuses.map((status): [string, ZodOpenApiResponseObject] => [
    String(status),
    {
      description: status === 201 ? 'Created' : 'Done',
      ...(hasContent && { content: { [mediaOf(produces)]: { schema: answer } } }),
    },
  ]);
  return {
    operationId: operationIdOf(route),
    tags: [tagOf(route)],
    summary: route.summary,
    ...(access.who === 'permitted' && { description: accessWords(access) }),
    security: access.who === 'anyone' ? [] : [{ bearer: [] }, { session: [] }],
    requestParams: { path: route.params, query: route.query },
    ...(body !== NO_BODY && { requestBody: { required: true, content } }),
    responses: {
      ...Object.fromEntries(success),
      default: { description: 'A problem', content: { 'application/problem+json': { schema: problem } } },
    },
  };
}

/** What the route is about: of `schools/{school}/rooms/{room}` the rooms. */
function tagOf({ path, access }: Route): string {
  const [first = '', second = '', third] = path.replace('/api/v1', '').split('/').slice(1);
  if (first === 'session' || first === 'me') return 'session';
  if (access.who === 'anyone') return 'system';
  return second.startsWith('{') && third !== undefined ? third : first;
}

/** Without parameters such as the charset. */
function mediaOf(type: string): string {
  return type.split(';')[0] ?? type;
}

function accessWords({ to, reach }: Extract<Access, { who: 'permitted' }>): string {
  return `Needs the permission \`${to}\`, ${REACH_WORDS[reach]}.`;
}

/** `get /api/v1/schools/{school}/rooms` → `getSchoolsSchoolRooms` */
function operationIdOf({ method, path }: Route): string {
  const words = path
    .replace('/api/v1', '')
    .split(/[^A-Za-z0-9]+/)
    .filter(Boolean);
  return method + words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
}
