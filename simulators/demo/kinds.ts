/** The device kinds (devices/kinds) the demonstration schools own, by the part they play in the model. */
export const DEMO_KIND = {
  air: 'classroom_air',
  gas: 'lab_gas',
  smoke: 'smoke',
  fridge: 'food_fridge',
  medicine: 'vaccine_fridge',
  gate: 'gate',
  meter: 'energy_meter',
  counter: 'people_counter',
} as const;
export type DemoKind = keyof typeof DEMO_KIND;

// Object.keys forgets the names of the keys it lists.
const parts: ReadonlyMap<string, DemoKind> = new Map(
  (Object.keys(DEMO_KIND) as DemoKind[]).map((part) => [DEMO_KIND[part], part]),
);

/** undefined: a kind this simulator has no model for. */
export function demoKindOf(kind: string | null): DemoKind | undefined {
  return kind === null ? undefined : parts.get(kind);
}
