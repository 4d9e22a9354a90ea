/** Notes what matters for security in the records. A note that can not be kept must not undo what it is about. */
import type { GatewayId, SchoolId } from '../contracts/ids.ts';
import type { RecordsStore } from '../store/records/port.ts';
import type { ApiLog, Clock } from './ports.ts';

export type SecurityEventKind =
  | 'login-failed'
  | 'login-throttled'
  | 'gateway-created'
  | 'gateway-rotated'
  | 'gateway-deleted'
  | 'terminal-saved'
  | 'terminal-deleted'
  | 'mapping-saved'
  | 'mapping-deleted'
  | 'rule-changed'
  | 'account-created'
  | 'account-changed';

export interface SecurityLog {
  /** `detail` never carries a secret or a person who is not a user of ours. */
  note(
    kind: SecurityEventKind,
    detail: string,
    where?: { readonly school: SchoolId; readonly gateway: GatewayId },
  ): Promise<void>;
}

export function createSecurityLog({
  records,
  clock,
  log,
}: {
  readonly records: Pick<RecordsStore, 'securityEvents'>;
  readonly clock: Clock;
  readonly log: ApiLog;
}): SecurityLog {
  return {
    async note(kind, detail, where) {
      const event = { at: clock.now(), kind, detail, school: where?.school ?? null, gateway: where?.gateway ?? null };
      try {
        await records.securityEvents.add(event);
      } catch (error) {
        log.error({ err: error, event }, 'a security event could not be stored');
      }
    },
  };
}
