/** The HTTP API: joins the parts of this folder into one express app. It listens nowhere itself. */
import express, { type ErrorRequestHandler, type Express, type Router } from 'express';
import type { Device } from '../contracts/device.ts';
import type { Installation } from '../contracts/http/session.ts';
import type { School } from '../contracts/places.ts';
import type { Registry } from '../devices/registry.ts';
import type { AlarmService } from '../operations/alarms/alarmService.ts';
import type { TryRule } from '../operations/alarms/tryRule.ts';
import type { RecordsStore } from '../store/records/port.ts';
import type { TelemetryStore } from '../store/telemetry/port.ts';
import { scopeFilter } from './access/decide.ts';
import { createIdentify } from './access/identify.ts';
import { createSessions } from './access/login.ts';
import { createLoginThrottle } from './access/throttle.ts';
import { createDirectory } from './directory.ts';
import { docsRouter } from './docs/docs.ts';
import { securityHeaders } from './headers.ts';
import { createApiMetrics } from './metrics.ts';
import { mountRoutes } from './mount.ts';
import { describeApi } from './openapi.ts';
import { dashboardRouter } from './pages.ts';
import type {
  ApiLog,
  Authenticate,
  Clock,
  DeviceWatch,
  GatewayAccess,
  IngestMonitor,
  LatestBook,
  MappingAccess,
  MessageBook,
  Readiness,
  ScopeOf,
  TerminalAccess,
} from './ports.ts';
import { refusalOf, refuse, sendProblem } from './problems.ts';
import type { Route } from './route.ts';
import { alarmRoutes } from './routes/alarms.ts';
import { areaRoutes } from './routes/areas.ts';
import { deviceRoutes } from './routes/devices.ts';
import { gatewayRoutes } from './routes/gateways.ts';
import { historyRoutes } from './routes/history.ts';
import { importRoutes } from './routes/imports.ts';
import { ingestRoutes } from './routes/ingest.ts';
import { inspectRoutes } from './routes/inspect.ts';
import { latestRoutes } from './routes/latest.ts';
import { mappingRoutes } from './routes/mappings.ts';
import { roomRoutes } from './routes/rooms.ts';
import { ruleRoutes } from './routes/rules.ts';
import { schoolRoutes } from './routes/schools.ts';
import { sessionRoutes } from './routes/session.ts';
import { systemRoutes } from './routes/system.ts';
import { terminalRoutes } from './routes/terminals.ts';
import { userRoutes } from './routes/users.ts';
import { createSecurityLog } from './securityLog.ts';
import { unmatchedRefusal } from './unmatched.ts';

export interface ApiParts {
  readonly records: RecordsStore;
  readonly telemetry: Pick<TelemetryStore, 'raw' | 'buckets'>;
  readonly registry: Registry;
  readonly latest: LatestBook & DeviceWatch;
  readonly gatewayAccess: GatewayAccess;
  readonly monitor: IngestMonitor;
  readonly terminalAccess: TerminalAccess;
  readonly mappingAccess: MappingAccess;
  readonly messages: MessageBook;
  readonly alarms: Pick<AlarmService, 'list' | 'get' | 'act' | 'rules' | 'ruleVersions' | 'changeRule'>;
  readonly tryRule: TryRule;
  /** Bearer token with the admin role; undefined: there is none. */
  readonly adminToken: string | undefined;
  readonly timeZone: string;
  readonly installation: () => Installation;
  /** True only in the demonstration, on loopback: who is not logged in looks on as a wall does. */
  readonly openWall: boolean;
  readonly clock: Clock;
  readonly isKnownKind: (kind: string) => boolean;
  readonly onSchoolChanged: (school: School) => void;
  readonly onDeviceChanged: (device: Device) => void;
  /** Routers that read their own bodies and know their own callers, such as the HTTP front door for devices. */
  readonly doors: readonly Router[];
  /** Folder of the built dashboard; undefined: none is served. */
  readonly dashboardFolder: string | undefined;
  readonly readiness: Readiness;
  readonly log: ApiLog;
}

export interface Api {
  readonly app: Express;
  readonly authenticate: Authenticate;
  readonly scopeOf: ScopeOf;
  /** All there is, as mounted. */
  readonly routes: readonly Route[];
}

export function createApi(parts: ApiParts): Api {
  const { records, latest, monitor, clock, log, registry, onSchoolChanged } = parts;
  const directory = createDirectory({ records, clock });
  const identify = createIdentify(parts);
  const metrics = createApiMetrics({ monitor });
  const securityLog = createSecurityLog({ records, clock, log });
  const sessions = createSessions({ records, throttle: createLoginThrottle(), securityLog, clock });

  let described: object | undefined;
  const routes: readonly Route[] = [
    ...systemRoutes({ ...parts, metrics, description: () => (described ??= describeApi(routes)) }),
    ...sessionRoutes({ sessions }),
    ...userRoutes({ records, securityLog, clock }),
    ...areaRoutes({ records, directory }),
    ...schoolRoutes({ records, directory, onSchoolChanged }),
    ...importRoutes({ records, directory, onSchoolChanged }),
    ...roomRoutes({ records }),
    ...gatewayRoutes({ ...parts, watch: latest, securityLog }),
    ...deviceRoutes({ ...parts, registry, watch: latest }),
    ...latestRoutes({ latest }),
    ...historyRoutes(parts),
    ...ingestRoutes({ records, monitor }),
    ...terminalRoutes({ ...parts, securityLog }),
    ...inspectRoutes(parts),
    ...mappingRoutes({ ...parts, securityLog }),
    ...alarmRoutes(parts),
    ...ruleRoutes({ ...parts, rules: parts.alarms, securityLog }),
  ];

  const app = express();
  app.disable('x-powered-by').disable('etag');
  // A proxy on this host may say who asks and whether by https; nobody else may.
  app.set('trust proxy', 'loopback');
  // Queries are read by requestShape.ts; what express would make of them is not used.
  app.set('query parser', false);
  app.use(securityHeaders());
  for (const door of parts.doors) app.use(door);
  app.use(mountRoutes(routes, { identify, directory, metrics, clock }));
  app.use(docsRouter());
  if (parts.dashboardFolder !== undefined) app.use(dashboardRouter(parts.dashboardFolder));
  app.use((request, response) => {
    metrics.observe({ method: 'other', route: 'unmatched', status: 404, seconds: 0 });
    sendProblem(response, unmatchedRefusal(routes, request.path));
  });
  app.use(errorAnswer(log));

  return {
    app,
    routes,
    authenticate: async (headers) => (await identify(headers))?.viewer,
    async scopeOf(viewer) {
      const { areas, schools } = await directory.places();
      return scopeFilter(viewer, areas.values(), schools.values());
    },
  };
}

/** Four parameters: express knows error handlers by their number. */
function errorAnswer(log: ApiLog): ErrorRequestHandler {
  return (error: unknown, request, response, next) => {
    const refusal = refusalOf(error);
    if (!refusal) log.error({ err: error, method: request.method }, 'a request failed');
    if (response.headersSent) next(error);
    else sendProblem(response, refusal ?? refuse.internal());
  };
}
