/** The installation itself: is it alive, can it serve, what is it. */
import { z } from 'zod';
import { type Installation, installation as installationSchema } from '../../contracts/http/session.ts';
import type { ApiMetrics } from '../metrics.ts';
import type { Readiness } from '../ports.ts';
import { refuse } from '../problems.ts';
import { anyone, NO_BODY, NO_PARAMS, NO_QUERY, ok, type Route, route } from '../route.ts';

/** A part that does not answer within this time is not ready. */
const READINESS_MS = 5_000;

const nothing = { params: NO_PARAMS, query: NO_QUERY, body: NO_BODY } as const;

export interface SystemRouteParts {
  readonly readiness: Readiness;
  readonly metrics: ApiMetrics;
  readonly installation: () => Installation;
  /** The API's own description, made on first use. */
  readonly description: () => object;
}

export function systemRoutes({ readiness, metrics, installation, description }: SystemRouteParts): Route[] {
  return [
    route({
      ...nothing,
      method: 'get',
      path: '/healthz',
      summary: 'The process is alive',
      access: anyone,
      answer: z.object({ status: z.literal('ok') }),
      handle: async () => ok({ status: 'ok' as const }),
    }),
    route({
      ...nothing,
      method: 'get',
      path: '/readyz',
      summary: 'The system can serve; 503 names what is missing',
      access: anyone,
      answer: z.object({ status: z.literal('ready') }),
      async handle() {
        const missing = await withinTime(readiness());
        if (missing.length === 0) return ok({ status: 'ready' as const });
        const errors = missing.map(({ part, detail }) => ({ path: part, message: detail }));
        return refuse.unavailable(`Not ready: ${missing.map(({ part }) => part).join(', ')}.`, errors);
      },
    }),
    route({
      ...nothing,
      method: 'get',
      path: '/metrics',
      summary: 'Prometheus metrics',
      access: anyone,
      answer: z.string(),
      produces: metrics.contentType,
      handle: async () => ok(await metrics.text()),
    }),
    route({
      ...nothing,
      method: 'get',
      path: '/api/v1/openapi.json',
      summary: 'This description',
      access: anyone,
      answer: z.looseObject({ openapi: z.string() }),
      handle: async () => ok({ openapi: '3.1.0', ...description() }),
    }),
    route({
      ...nothing,
      method: 'get',
      path: '/api/v1/installation',
      summary: 'What a screen must know before it draws',
      access: anyone,
      answer: installationSchema,
      handle: async () => ok(installation()),
    }),
  ];
}

async function withinTime(answer: ReturnType<Readiness>): Promise<Awaited<ReturnType<Readiness>>> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Awaited<ReturnType<Readiness>>>((resolve) => {
    timer = setTimeout(() => resolve([{ part: 'readiness', detail: 'a part does not answer' }]), READINESS_MS);
  });
  try {
    return await Promise.race([answer, late]);
  } catch {
    // Whoever asks is to hear "not ready", whatever broke; the parts log their own faults.
    return [{ part: 'readiness', detail: 'a part failed to answer' }];
  } finally {
    clearTimeout(timer);
  }
}
