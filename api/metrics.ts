/** Prometheus metrics. Every label comes from a list of ours: routes by their template, never by their address. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { IngestMonitor } from './ports.ts';

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
