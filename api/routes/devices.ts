/** Devices: enrolment and lists. The registry in memory is read; the records are its durable side. */
import { z } from 'zod';
import type { Device, Liveness } from '../../contracts/device.ts';
import { type DeviceView, deviceBody, deviceList, devicesQuery, deviceView } from '../../contracts/http/devices.ts';
import { deviceId, schoolId } from '../../contracts/ids.ts';
import type { Registry } from '../../devices/registry.ts';
import type { RecordsStore } from '../../store/records/port.ts';
import { pageRequest, takePage } from '../paging.ts';
import type { DeviceWatch } from '../ports.ts';
import { type FieldError, refuse } from '../problems.ts';
import { NO_BODY, NO_PARAMS, NO_QUERY, ok, permitted, type Route, route, saved } from '../route.ts';
import { schoolsFrom } from './schoolsFrom.ts';

/** Options are a handful of settings of a codec, not a place to store files. */
const MAX_OPTIONS_CHARS = 8_192;

const one = z.object({ school: schoolId, device: deviceId });

export interface DeviceRouteParts {
  readonly records: Pick<RecordsStore, 'devices' | 'rooms'>;
  readonly registry: Registry;
  readonly watch: DeviceWatch;
  readonly isKnownKind: (kind: string) => boolean;
  readonly onDeviceChanged: (device: Device) => void;
}

interface DeviceFilter {
  readonly device?: string | undefined;
  readonly kind?: string | undefined;
  readonly enrolment?: Device['enrolment'] | undefined;
  readonly liveness?: Liveness | undefined;
}

export function deviceRoutes({ records, registry, watch, isKnownKind, onDeviceChanged }: DeviceRouteParts): Route[] {
  const view = (device: Device): DeviceView => ({ ...device, ...watch.livenessOf(device.school, device.id) });

  function bodyErrors({ kind, options }: z.output<typeof deviceBody>): FieldError[] {
    const errors: FieldError[] = [];
    if (kind != null && !isKnownKind(kind)) errors.push({ path: 'body.kind', message: 'no such device kind' });
    if (options && JSON.stringify(options).length > MAX_OPTIONS_CHARS)
      errors.push({ path: 'body.options', message: `longer than ${MAX_OPTIONS_CHARS} characters of JSON` });
    return errors;
  }

  return [
    route({
      method: 'get',
      path: '/api/v1/devices',
      summary: 'Devices with their liveness, by school and id',
      access: permitted('view', 'visible'),
      params: NO_PARAMS,
      query: devicesQuery,
      body: NO_BODY,
      answer: deviceList,
      async handle({ query, sight }) {
        const page = pageRequest(query, 2);
        if ('refused' in page) return page;
        const schools = schoolsFrom(await sight(), query.school, page.after?.[0]);
        function* matching() {
          for (const { id } of schools) {
            const devices = [...registry.ofSchool(id)].filter((device) => matches(device, query));
            for (const device of devices.toSorted((a, b) => (a.id < b.id ? -1 : 1))) {
              const seen = view(device);
              if (query.liveness === undefined || seen.liveness === query.liveness) yield seen;
            }
          }
        }
        return ok(takePage(matching(), ({ school, id }) => [school, id], page));
      },
    }),
    route({
      method: 'get',
      path: '/api/v1/schools/{school}/devices/{device}',
      summary: 'One device with its liveness',
      access: permitted('view', 'school'),
      params: one,
      query: NO_QUERY,
      body: NO_BODY,
      answer: deviceView,
      async handle({ params }) {
        const found = registry.get(params.school, params.device);
        return found ? ok(view(found)) : refuse.notFound('device');
      },
    }),
    route({
      method: 'put',
      path: '/api/v1/schools/{school}/devices/{device}',
      summary: 'Enrol a device, also before it was ever heard. What is left out stays as it is known',
      access: permitted('enrol', 'school'),
      params: one,
      query: NO_QUERY,
      body: deviceBody,
      answer: deviceView,
      statuses: [200, 201],
      async handle({ params: { school, device: id }, body }) {
        const errors = bodyErrors(body);
        if (body.room != null && !(await records.rooms.get(school, body.room)))
          errors.push({ path: 'body.room', message: 'this school has no such room' });
        if (errors.length > 0) return refuse.badRequest(errors);
        const before = registry.get(school, id) ?? (await records.devices.get(school, id));
        const { kind = null, room = null, codec = null, model = null, options = {} } = { ...before, ...body };
        const { gateway = null, firstSeenAt = null } = before ?? {};
        const next: Device = {
          id,
          school,
          enrolment: 'enrolled',
          kind,
          room,
          gateway,
          codec,
          model,
          options,
          firstSeenAt,
        };
        await records.devices.put(next);
        // It may have been heard for the first time while we wrote: that is not ours to undo.
        const heard = registry.get(school, id);
        const device = heard ? { ...next, gateway: heard.gateway, firstSeenAt: heard.firstSeenAt } : next;
        registry.put(device);
        onDeviceChanged(device);
        return saved(view(device), !before, `/api/v1/schools/${school}/devices/${encodeURIComponent(id)}`);
      },
    }),
  ];
}

function matches(device: Device, { device: id, kind, enrolment }: DeviceFilter): boolean {
  return (
    (id === undefined || device.id === id) &&
    (kind === undefined || device.kind === kind) &&
    (enrolment === undefined || device.enrolment === enrolment)
  );
}
