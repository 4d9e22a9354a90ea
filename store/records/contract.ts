/** What every records store promises; each implementation runs this suite. */
import { describe } from 'vitest';
import { describeAlarms } from './contract/alarms.ts';
import { describeDevices } from './contract/devices.ts';
import { describeLifecycle } from './contract/lifecycle.ts';
import { describeMemory } from './contract/memory.ts';
import { describePeople } from './contract/people.ts';
import type { OpenPlace } from './contract/place.ts';
import { describePlaces } from './contract/places.ts';
import { describeQuarantine } from './contract/quarantine.ts';
import { describeTerminals } from './contract/terminals.ts';

/** `openPlace` makes a new, empty database for each test. */
export function describeRecordsStore(name: string, openPlace: OpenPlace): void {
  describe(`records store: ${name}`, () => {
    describeLifecycle(openPlace);
    describePlaces(openPlace);
    describeDevices(openPlace);
    describePeople(openPlace);
    describeQuarantine(openPlace);
    describeMemory(openPlace);
    describeAlarms(openPlace);
    describeTerminals(openPlace);
  });
}
