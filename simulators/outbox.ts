/** What a gateway still has to deliver: kept until acknowledged, sent again after a lost line, in order, never too much. */

export interface Parcel<Message> {
  readonly message: Message;
  /** Left for the broker at least once. */
  sent: boolean;
  acknowledged: boolean;
}

export interface Outbox<Message> {
  /** False when it is full; nothing was added then. */
  add(message: Message): boolean;
  /** The next one to send, undefined when all have been sent on this line. */
  next(): Parcel<Message> | undefined;
  acknowledge(parcel: Parcel<Message>): void;
  /** The line was lost: whatever is not acknowledged is sent again. */
  rewind(): void;
  /** Not acknowledged yet. */
  size(): number;
  /** Sent, but nobody knows whether they arrived. */
  inDoubt(): Message[];
}

/** Forgets the acknowledged front in blocks, so that taking it off does not cost per message. */
const FORGET_AT = 1_024;

export function createOutbox<Message>(maxMessages: number): Outbox<Message> {
  let parcels: Parcel<Message>[] = [];
  let first = 0;
  let cursor = 0;
  let open = 0;

  function forget(): void {
    while (parcels[first]?.acknowledged) first++;
    if (first < FORGET_AT || first * 2 < parcels.length) return;
    parcels = parcels.slice(first);
    cursor -= first;
    first = 0;
  }

  return {
    add(message) {
      if (open >= maxMessages) return false;
      parcels.push({ message, sent: false, acknowledged: false });
      open++;
      return true;
    },
    next() {
      for (;;) {
        const parcel = parcels[cursor];
        if (parcel === undefined) return undefined;
        cursor++;
        if (parcel.acknowledged) continue;
        parcel.sent = true;
        return parcel;
      }
    },
    acknowledge(parcel) {
      if (parcel.acknowledged) return;
      parcel.acknowledged = true;
      open--;
      forget();
    },
    rewind() {
      cursor = first;
    },
    size: () => open,
    inDoubt: () => parcels.filter((parcel) => parcel.sent && !parcel.acknowledged).map(({ message }) => message),
  };
}
