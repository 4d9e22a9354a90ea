/** Devices enrol themselves as *discovered* by speaking; what they or their announcements tell is kept in the registry. */
import type { Device } from '../contracts/device.ts';
import type { DeviceId } from '../contracts/ids.ts';
import type { RawMessage } from '../contracts/message.ts';
import type { Registry } from '../devices/registry.ts';
import type { RecordsStore } from '../store/records/port.ts';
import type { Registration } from './decode.ts';

/** A device heard through a second gateway moves to it only after the first has not carried it for this long. */
const GATEWAY_KEPT_MS = 10 * 60_000;

export interface Discovery {
  /** The device spoke. Returns the registry's new entry when that is news. */
  heard(message: RawMessage, id: DeviceId): Device | undefined;
  /** A discovery message told something. */
  announced(message: RawMessage, registration: Registration): Device | undefined;
  /** Makes all news durable. Must have resolved before the journal's cursor moves past it. */
  flush(): Promise<void>;
}

export function createDiscovery({
  registry,
  devices,
}: {
  readonly registry: Registry;
  readonly devices: Pick<RecordsStore['devices'], 'putMany'>;
}): Discovery {
  const unsaved = new Map<string, Device>();
  const heardThrough = new WeakMap<Device, number>();

  function put(device: Device, at: number): Device {
    registry.put(device);
    heardThrough.set(device, at);
    unsaved.set(`${device.school}\n${device.id}`, device);
    return device;
  }

  function fresh(message: RawMessage, id: DeviceId): Device {
    return {
      id,
      school: message.school,
      enrolment: 'discovered',
      kind: null,
      room: null,
      gateway: message.gateway,
      codec: null,
      model: null,
      options: {},
      firstSeenAt: message.receivedAt,
    };
  }

  return {
    heard(message, id) {
      const known = registry.get(message.school, id);
      if (!known) return put(fresh(message, id), message.receivedAt);
      if (known.gateway === message.gateway) {
        heardThrough.set(known, message.receivedAt);
        return undefined;
      }
      const carriedAt = heardThrough.get(known);
      if (carriedAt !== undefined && message.receivedAt - carriedAt < GATEWAY_KEPT_MS) return undefined;
      return put(
        { ...known, gateway: message.gateway, firstSeenAt: known.firstSeenAt ?? message.receivedAt },
        message.receivedAt,
      );
    },
    announced(message, { device: id, kind, model, options }) {
      const known = registry.get(message.school, id);
      const before = known ?? fresh(message, id);
      const after: Device = {
        ...before,
        // What a person chose stays; what a machine said fills the blanks.
        kind: before.kind ?? kind ?? null,
        model: before.model ?? model ?? null,
        options: { ...options, ...before.options },
      };
      const same =
        known &&
        after.kind === known.kind &&
        after.model === known.model &&
        JSON.stringify(after.options) === JSON.stringify(known.options);
      return same ? undefined : put(after, message.receivedAt);
    },
    async flush() {
      if (unsaved.size === 0) return;
      const saving = [...unsaved];
      // The registry's entry, not ours: a person may have enrolled it meanwhile.
      await devices.putMany(saving.map(([, device]) => registry.get(device.school, device.id) ?? device));
      for (const [key, device] of saving) if (unsaved.get(key) === device) unsaved.delete(key);
    },
  };
}
