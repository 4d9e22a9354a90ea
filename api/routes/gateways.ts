/** Gateways of a school and their credentials. */
import { z } from 'zod';
import { pageQuery } from '../../contracts/http/common.ts';
import { gatewayBody, gatewayCreated, gatewayList } from '../../contracts/http/devices.ts';
import { gatewayId, schoolId } from '../../contracts/ids.ts';
import { AlreadyExists, type GatewayCredential, type RecordsStore } from '../../store/records/port.ts';
import { newSecret, secretHash } from '../access/secrets.ts';
import { pageRequest, takePage } from '../paging.ts';
import type { Clock, DeviceWatch, GatewayAccess } from '../ports.ts';
import { refuse } from '../problems.ts';
import { type Caller, created, NO_BODY, NO_QUERY, ok, permitted, type Route, route } from '../route.ts';
import type { SecurityLog } from '../securityLog.ts';

const ofSchool = z.object({ school: schoolId });
const one = z.object({ school: schoolId, gateway: gatewayId });

const by = ({ identity }: Caller) => `by ${identity?.viewer.username ?? identity?.viewer.displayName ?? 'nobody'}`;

export function gatewayRoutes({
  records,
  watch,
  gatewayAccess,
  securityLog,
  clock,
}: {
  readonly records: Pick<RecordsStore, 'gateways'>;
  readonly watch: DeviceWatch;
  readonly gatewayAccess: GatewayAccess;
  readonly securityLog: SecurityLog;
  readonly clock: Clock;
}): Route[] {
  return [
    route({
      method: 'get',
      path: '/api/v1/schools/{school}/gateways',
      summary: 'Gateways of a school, by id, with their state',
      access: permitted('inspect', 'school'),
      params: ofSchool,
      query: pageQuery,
      body: NO_BODY,
      answer: gatewayList,
      async handle({ params, query }) {
        const page = pageRequest(query, 1);
        if ('refused' in page) return page;
        const gateways = await records.gateways.ofSchool(params.school);
        const ordered = gateways.toSorted((a, b) => (a.id < b.id ? -1 : 1));
        const { items, ...rest } = takePage(ordered, ({ id }) => [id], page);
        // Field by field: what else a store may hand out stays here.
        const views = items.map(({ id, school, username, createdAt, rotatedAt }) => {
          const { state, since, skewMs } = watch.gatewayState(school, id);
          return { id, school, username, createdAt, rotatedAt, state, since, skewMs };
        });
        return ok({ items: views, ...rest });
      },
    }),
    route({
      method: 'post',
      path: '/api/v1/schools/{school}/gateways',
      summary: 'Enrol a gateway; its password is shown in this answer only',
      access: permitted('enrol', 'school'),
      params: ofSchool,
      query: NO_QUERY,
      body: gatewayBody,
      answer: gatewayCreated,
      statuses: [201],
      async handle(call) {
        const { school } = call.params;
        const { id } = call.body;
        const password = newSecret();
        const credential: GatewayCredential = {
          id,
          school,
          // Ids have no slash, so this names one gateway of one school.
          username: `${school}/${id}`,
          createdAt: clock.now(),
          rotatedAt: null,
          secretHash: secretHash(password),
        };
        try {
          await records.gateways.create(credential);
        } catch (error) {
          if (error instanceof AlreadyExists)
            return refuse.conflict('This school has a gateway of this id.', [{ path: 'body.id', message: 'taken' }]);
          throw error;
        }
        gatewayAccess.put(credential);
        await securityLog.note('gateway-created', by(call), { school, gateway: id });
        const { username } = credential;
        return created({ id, username, password }, `/api/v1/schools/${school}/gateways/${id}`);
      },
    }),
    route({
      method: 'post',
      path: '/api/v1/schools/{school}/gateways/{gateway}/rotate',
      summary: 'Give a gateway a new password; sessions with the old one are cut',
      access: permitted('enrol', 'school'),
      params: one,
      query: NO_QUERY,
      body: NO_BODY,
      answer: gatewayCreated,
      async handle(call) {
        const { school, gateway: id } = call.params;
        const before = (await records.gateways.ofSchool(school)).find((gateway) => gateway.id === id);
        if (!before) return refuse.notFound('gateway');
        const password = newSecret();
        const credential = { ...before, rotatedAt: clock.now(), secretHash: secretHash(password) };
        if (!(await records.gateways.setSecret(school, id, credential.secretHash, credential.rotatedAt)))
          return refuse.notFound('gateway');
        gatewayAccess.put(credential);
        await securityLog.note('gateway-rotated', by(call), { school, gateway: id });
        return ok({ id, username: before.username, password });
      },
    }),
    route({
      method: 'delete',
      path: '/api/v1/schools/{school}/gateways/{gateway}',
      summary: 'Remove a gateway; its sessions are cut',
      access: permitted('enrol', 'school'),
      params: one,
      query: NO_QUERY,
      body: NO_BODY,
      answer: z.undefined(),
      statuses: [204],
      async handle(call) {
        const { school, gateway: id } = call.params;
        if (!(await records.gateways.delete(school, id))) return refuse.notFound('gateway');
        gatewayAccess.remove(school, id);
        await securityLog.note('gateway-deleted', by(call), { school, gateway: id });
        return { status: 204, body: undefined };
      },
    }),
  ];
}
