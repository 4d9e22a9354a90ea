/** Milesight EM300 and EM320: climate with a contact, a leak cable or a pulse input. */
import { history, humidity, milesight, ROOM, skip, state, temperature } from './milesight.ts';

const leak = state('leak_alarm');
const contact = state('opening');

export const em300th = milesight('em300-th', ['EM300-TH', 'EM320-TH', 'EM300'], {
  ...ROOM,
  '20ce': history(temperature(), humidity),
});

export const em300mcs = milesight('em300-mcs', ['EM300-MCS'], {
  ...ROOM,
  '0600': contact,
  '20ce': history(temperature(), humidity, contact),
});

export const em300leak = milesight('em300-sld', ['EM300-SLD', 'EM300-ZLD', 'EM300-MLD'], {
  ...ROOM,
  '0500': leak,
  '20ce': history(temperature(), humidity, leak),
});

/** What the pulse input counts (water, gas, trips) only its owner knows. */
export const em300di = milesight('em300-di', ['EM300-DI'], {
  ...ROOM,
  '0500': skip(1),
  '05c8': skip(4),
  '06e1': skip(8),
  '8500': skip(2),
  '86e1': skip(9),
  '20ce': history(temperature(), humidity, skip(6)),
  '21ce': history(temperature(), humidity, skip(11)),
});
