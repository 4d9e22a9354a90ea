/** Prometheus metrics. Every label comes from a list of ours: routes by their template, never by their address. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { IngestGauges, IngestMonitor } from './ports.ts';

export interface HttpObservation {
  readonly method: string;
  /** Path template of the route table, or `unmatched`. */
  readonly route: string;
  readonly status: number;
  readonly seconds: number;
}

export interface ApiMetrics {
  observe(request: HttpObservation): void;
  readonly contentType: string;
  /** The text exposition of this moment. */
  text(): Promise<string>;
}

const COUNTED = ['received', 'stored', 'duplicate', 'quarantined'] as const;

export function createApiMetrics({ monitor }: { readonly monitor: IngestMonitor }): ApiMetrics {
  const register = new Registry();
  const registers = [register];
  let isProcessWatched = false;

  const requests = new Counter({
    name: 'http_requests_total',
    help: 'Answered requests',
    labelNames: ['method', 'route', 'status'],
    registers,
  });
  const durations = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time from the request to the end of its answer',
    labelNames: ['method', 'route'],
    buckets: [0.005, 0.02, 0.1, 0.3, 1, 3, 10],
    registers,
  });
  // The ingest keeps its own counts: each scrape takes them over.
  const messages = new Counter({
    name: 'ioc_ingest_messages_total',
    help: 'Messages since the installation began, by what became of them',
    labelNames: ['outcome'],
    registers: [],
    collect() {
      const stats = monitor.stats();
      this.reset();
      for (const outcome of COUNTED) this.inc({ outcome }, stats[outcome]);
    },
  });
  const pending = new Gauge({
    name: 'ioc_ingest_pending_messages',
    help: 'Messages in the journal that are not stored yet',
    registers: [],
    collect() {
      this.set(monitor.stats().pending);
    },
  });
  register.registerMetric(messages);
  register.registerMetric(pending);
  if (monitor.gauges) for (const metric of intakeMetrics(monitor.gauges)) register.registerMetric(metric);

  return {
    contentType: register.contentType,
    observe({ method, route, status, seconds }) {
      requests.inc({ method, route, status: String(status) });
      durations.observe({ method, route }, seconds);
    },
    text() {
      // Memory, CPU, garbage collection, event loop delay: watched from the first scrape on.
      if (!isProcessWatched) collectDefaultMetrics({ register });
      isProcessWatched = true;
      return register.metrics();
    },
  };
}

const OVERLOAD = { normal: 0, slow: 1, refusing: 2 } as const;
const INTAKE: readonly (readonly [name: string, help: string, value: (gauges: IngestGauges) => number])[] = [
  ['ioc_intake_connections', 'Open connections of gateways', ({ connections }) => connections],
  ['ioc_intake_unacknowledged_messages', 'Taken in, not durable yet', (at) => at.unacknowledgedMessages],
  ['ioc_intake_unacknowledged_bytes', 'Bytes taken in, not durable yet', (at) => at.unacknowledgedBytes],
  [
    'ioc_intake_oldest_unacknowledged_seconds',
    'Age of the oldest message that is not durable yet',
    (at) => at.oldestUnacknowledgedMs / 1_000,
  ],
  ['ioc_journal_bytes', 'Size of the journal', ({ journalBytes }) => journalBytes],
  ['ioc_intake_loop_delay_seconds', 'How late the event loop keeps being', (at) => at.loopDelayMs / 1_000],
  ['ioc_intake_overload', '0 normal, 1 slowing down, 2 refusing new connections', (at) => OVERLOAD[at.overload]],
];

/** Like the counts, taken over from the ingest at each scrape. */
function intakeMetrics(gauges: () => IngestGauges): readonly (Gauge | Counter<'reason'> | Counter)[] {
  const levels = INTAKE.map(
    ([name, help, value]) =>
      new Gauge({
        name,
        help,
        registers: [],
        collect() {
          this.set(value(gauges()));
        },
      }),
  );
  const throttled = new Counter({
    name: 'ioc_intake_throttled_seconds_total',
    help: 'Delay given to acknowledgements of gateways that send too fast',
    registers: [],
    collect() {
      this.reset();
      this.inc(gauges().throttledMs / 1_000);
    },
  });
  const refused = new Counter({
    name: 'ioc_intake_refused_total',
    help: 'Connections, packets and subscriptions turned away, by reason',
    labelNames: ['reason'],
    registers: [],
    collect() {
      this.reset();
      for (const [reason, count] of Object.entries(gauges().refused)) this.inc({ reason }, count);
    },
  });
  return [...levels, throttled, refused];
}
