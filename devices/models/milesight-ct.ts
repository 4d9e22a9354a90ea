/** Milesight current transformers; 0xFFFF is a clamp that could not be read. Ampere-hours have no canonical metric. */
import { battery, type Channel, type Channels, milesight, row, skip, temperature, u16 } from './milesight.ts';

/** Maximum, minimum, then the current itself. */
const alarm = (current: Channel): Channel => row(skip(4), current, skip(1));
const probe: Channels = { '0175': battery, '0967': temperature('probe'), '8967': row(temperature('probe'), skip(1)) };

export const ct10x = milesight('ct10x', ['CT101', 'CT103', 'CT105', 'CT10x'], {
  ...probe,
  '0397': skip(4),
  '0498': u16('current', 100),
  '8498': alarm(u16('current', 100)),
});

function channels(): Channels {
  const table: Record<string, Channel> = {};
  for (const [index, [total, now]] of (['0304', '0506', '0708'] as const)
    .map((pair) => [pair.slice(0, 2), pair.slice(2)] as const)
    .entries()) {
    const current = u16('current', 10, `chn${index + 1}`);
    table[`${total}97`] = skip(4);
    table[`${now}99`] = current;
    table[`8${now.slice(1)}99`] = alarm(current);
  }
  return table;
}
export const ct3xx = milesight('ct3xx', ['CT303', 'CT305', 'CT310', 'CT3xx'], { ...probe, ...channels() });
