/** Attendance terminals of a school: who may push over HTTP. */
import { z } from 'zod';
import type { Device } from '../../contracts/device.ts';
import { pageQuery } from '../../contracts/http/common.ts';
import {
  type TerminalBody,
  terminalBody,
  terminalList,
  terminalSaved,
  type terminalView,
} from '../../contracts/http/terminals.ts';
import { deviceId, gatewayId, type SchoolId, schoolId } from '../../contracts/ids.ts';
import type { Registry } from '../../devices/registry.ts';
import { AlreadyExists, type RecordsStore, type TerminalRecord } from '../../store/records/port.ts';
import { newSecret, secretHash } from '../access/secrets.ts';
import { pageRequest, takePage } from '../paging.ts';
import type { Clock, TerminalAccess } from '../ports.ts';
import { refuse } from '../problems.ts';
import { type Caller, NO_BODY, NO_QUERY, ok, permitted, type Route, route, saved } from '../route.ts';
import type { SecurityLog } from '../securityLog.ts';

const one = z.object({ school: schoolId, terminal: gatewayId });
const by = ({ identity }: Caller) => `by ${identity?.viewer.username ?? identity?.viewer.displayName ?? 'nobody'}`;

export interface TerminalRouteParts {
  readonly records: Pick<RecordsStore, 'terminals' | 'gateways' | 'devices'>;
  readonly registry: Registry;
  readonly terminalAccess: TerminalAccess;
  readonly onDeviceChanged: (device: Device) => void;
  readonly securityLog: SecurityLog;
  readonly clock: Clock;
}

export function terminalRoutes(parts: TerminalRouteParts): Route[] {
  const { records, registry, terminalAccess, onDeviceChanged, securityLog, clock } = parts;

  /** The gate of a ZKTeco terminal is named by the serial number. */
  const gateOf = (school: SchoolId, serial: string) => registry.get(school, deviceId.parse(serial));

  function view({ school, id, vendor, serial, createdAt }: TerminalRecord): z.output<typeof terminalView> {
    const offset = serial === null ? undefined : gateOf(school, serial)?.options['utcOffsetMinutes'];
    const utcOffsetMinutes = typeof offset === 'number' && vendor === 'zkteco' ? offset : null;
    const lastSeenAt = terminalAccess.lastSeenAt(school, id);
    return { id, school, vendor, serial, utcOffsetMinutes, createdAt, lastSeenAt };
  }

  /** There to be seen before its first passage; the decoder reads the clock's offset from its options. */
  async function enrolGate(school: SchoolId, body: Extract<TerminalBody, { vendor: 'zkteco' }>): Promise<void> {
    const id = deviceId.parse(body.serial);
    const before = registry.get(school, id) ?? (await records.devices.get(school, id));
    const { utcOffsetMinutes: known, ...others } = before?.options ?? {};
    const offset = body.utcOffsetMinutes === undefined ? known : (body.utcOffsetMinutes ?? undefined);
    const gate: Device = {
      id,
      school,
      room: null,
      gateway: null,
      model: null,
      firstSeenAt: null,
      ...before,
      kind: before?.kind ?? 'gate',
      codec: before?.codec ?? 'zkteco',
      enrolment: 'enrolled',
      options: offset === undefined ? others : { ...others, utcOffsetMinutes: offset },
    };
    await records.devices.put(gate);
    registry.put(gate);
    onDeviceChanged(gate);
  }

  return [
    route({
      method: 'get',
      path: '/api/v1/schools/{school}/terminals',
      summary: 'Attendance terminals of a school, by id',
      access: permitted('inspect', 'school'),
      params: z.object({ school: schoolId }),
      query: pageQuery,
      body: NO_BODY,
      answer: terminalList,
      async handle({ params, query }) {
        const page = pageRequest(query, 1);
        if ('refused' in page) return page;
        const { items, ...rest } = takePage(await records.terminals.ofSchool(params.school), ({ id }) => [id], page);
        return ok({ items: items.map(view), ...rest });
      },
    }),
    route({
      method: 'put',
      path: '/api/v1/schools/{school}/terminals/{terminal}',
      summary: 'Let a terminal push; the token of a Hikvision one is in the answer that makes it, and nowhere else',
      access: permitted('enrol', 'school'),
      params: one,
      query: NO_QUERY,
      body: terminalBody,
      answer: terminalSaved,
      statuses: [200, 201],
      async handle(call) {
        const { school, terminal: id } = call.params;
        const { body } = call;
        const [terminals, gateways] = await Promise.all([
          records.terminals.ofSchool(school),
          records.gateways.ofSchool(school),
        ]);
        if (gateways.some((gateway) => gateway.id === id))
          return refuse.conflict('This school has a gateway of this id.', [
            { path: 'path.terminal', message: 'taken' },
          ]);
        const before = terminals.find((terminal) => terminal.id === id);
        const token = body.vendor === 'hikvision' && before?.tokenHash == null ? newSecret() : null;
        const tokenHash = token === null ? (before?.tokenHash ?? null) : secretHash(token);
        const terminal: TerminalRecord = {
          school,
          id,
          vendor: body.vendor,
          serial: body.serial ?? null,
          tokenHash: body.vendor === 'hikvision' ? tokenHash : null,
          createdAt: before?.createdAt ?? clock.now(),
        };
        try {
          await records.terminals.put(terminal);
        } catch (error) {
          if (error instanceof AlreadyExists)
            return refuse.conflict('A terminal with this serial number is registered already.', [
              { path: 'body.serial', message: 'taken' },
            ]);
          throw error;
        }
        if (body.vendor === 'zkteco') await enrolGate(school, body);
        terminalAccess.put(terminal);
        await securityLog.note('terminal-saved', by(call), { school, gateway: id });
        const path = body.vendor === 'zkteco' ? '/iclock/' : token === null ? null : `/ingest/hikvision/${token}`;
        return saved({ ...view(terminal), token, path }, !before, `/api/v1/schools/${school}/terminals/${id}`);
      },
    }),
    route({
      method: 'delete',
      path: '/api/v1/schools/{school}/terminals/{terminal}',
      summary: 'Let a terminal push no more; what it sent stays',
      access: permitted('enrol', 'school'),
      params: one,
      query: NO_QUERY,
      body: NO_BODY,
      answer: z.undefined(),
      statuses: [204],
      async handle(call) {
        const { school, terminal: id } = call.params;
        if (!(await records.terminals.delete(school, id))) return refuse.notFound('terminal');
        terminalAccess.remove(school, id);
        await securityLog.note('terminal-deleted', by(call), { school, gateway: id });
        return { status: 204, body: undefined };
      },
    }),
  ];
}
