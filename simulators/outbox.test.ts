import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createOutbox, type Parcel } from './outbox.ts';

const step = fc.oneof(
  { weight: 5, arbitrary: fc.constant('add' as const) },
  { weight: 5, arbitrary: fc.constant('send' as const) },
  { weight: 4, arbitrary: fc.constant('acknowledge' as const) },
  { weight: 1, arbitrary: fc.constant('lose-line' as const) },
);

describe('the outbox', () => {
  test('delivers everything it took, in order, whatever happens to the line', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 400 }), fc.nat(), (steps, pick) => {
        const outbox = createOutbox<number>(50);
        const taken: number[] = [];
        const delivered = new Set<number>();
        let onTheWay: Parcel<number>[] = [];
        let made = 0;
        let refusedBelowLimit = false;
        for (const [index, what] of steps.entries()) {
          if (what === 'add') {
            if (outbox.add(made)) taken.push(made);
            else refusedBelowLimit ||= taken.length - delivered.size < 50;
            made++;
          } else if (what === 'send') {
            const parcel = outbox.next();
            if (parcel) onTheWay.push(parcel);
          } else if (what === 'acknowledge') {
            const [parcel] = onTheWay.splice((pick + index) % Math.max(1, onTheWay.length), 1);
            if (!parcel) continue;
            outbox.acknowledge(parcel);
            delivered.add(parcel.message);
          } else {
            outbox.rewind();
            onTheWay = [];
          }
          expect(outbox.size()).toBe(taken.length - delivered.size);
          expect(outbox.size()).toBeLessThanOrEqual(50);
        }
        expect(refusedBelowLimit).toBe(false);
        outbox.rewind();
        const rest: number[] = [];
        for (let parcel = outbox.next(); parcel; parcel = outbox.next()) rest.push(parcel.message);
        expect(rest).toEqual(taken.filter((message) => !delivered.has(message)));
        expect(outbox.inDoubt()).toEqual(rest);
      }),
    );
  });

  test('forgets what is delivered', () => {
    const outbox = createOutbox<number>(10);
    const delivered: number[] = [];
    for (let message = 0; message < 10_000; message++) {
      outbox.add(message);
      const parcel = outbox.next();
      if (!parcel) continue;
      delivered.push(parcel.message);
      outbox.acknowledge(parcel);
    }
    expect(delivered).toEqual(Array.from({ length: 10_000 }, (_, message) => message));
    expect(outbox.size()).toBe(0);
    expect(outbox.next()).toBeUndefined();
  });
});
