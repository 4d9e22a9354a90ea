/** What a gateway really sent, and what was made of it. */
import { z } from 'zod';
import { gatewayMessages } from '../../contracts/http/inspect.ts';
import { gatewayId, schoolId } from '../../contracts/ids.ts';
import type { RecordsStore } from '../../store/records/port.ts';
import type { MessageBook } from '../ports.ts';
import { refuse } from '../problems.ts';
import { NO_BODY, NO_QUERY, ok, permitted, type Route, route } from '../route.ts';

export function inspectRoutes({
  records,
  messages,
}: {
  readonly records: Pick<RecordsStore, 'gateways' | 'terminals'>;
  readonly messages: MessageBook;
}): Route[] {
  return [
    route({
      method: 'get',
      path: '/api/v1/schools/{school}/gateways/{gateway}/messages',
      summary:
        'The last raw messages of a gateway or terminal with what was decoded, newest first; card numbers are masked',
      access: permitted('inspect', 'school'),
      params: z.object({ school: schoolId, gateway: gatewayId }),
      query: NO_QUERY,
      body: NO_BODY,
      answer: gatewayMessages,
      async handle({ params: { school, gateway } }) {
        const [gateways, terminals] = await Promise.all([
          records.gateways.ofSchool(school),
          records.terminals.ofSchool(school),
        ]);
        if (![...gateways, ...terminals].some(({ id }) => id === gateway)) return refuse.notFound('gateway');
        return ok(messages.messagesOf(school, gateway));
      },
    }),
  ];
}
