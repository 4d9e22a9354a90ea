/** What was taken in and is not acknowledged yet: how much, and how old the oldest is. */
export interface Slot {
  readonly at: number;
  messages: number;
}

export interface Backlog {
  /** `at`: now. What it returns goes to `settle` when the message is durable, or was given up. */
  add(bytes: number, at: number): Slot;
  settle(slot: Slot, bytes: number): void;
  messages(): number;
  bytes(): number;
  /** 0 when nothing waits. */
  oldestMs(): number;
}

export function createBacklog(clock: () => number): Backlog {
  /** One entry per millisecond rather than per message; the oldest first. */
  const slots: Slot[] = [];
  let messages = 0;
  let bytes = 0;

  return {
    add(size, at) {
      const millisecond = Math.floor(at);
      let slot = slots.at(-1);
      if (slot?.at !== millisecond) {
        slot = { at: millisecond, messages: 0 };
        slots.push(slot);
      }
      slot.messages++;
      messages++;
      bytes += size;
      return slot;
    },
    settle(slot, size) {
      slot.messages--;
      messages--;
      bytes -= size;
      while (slots[0]?.messages === 0) slots.shift();
    },
    messages: () => messages,
    bytes: () => bytes,
    oldestMs: () => (slots[0] ? Math.max(0, clock() - slots[0].at) : 0),
  };
}
