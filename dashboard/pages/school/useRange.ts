import { useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useNow } from '../../data/live.tsx';
import { DEFAULT_PRESET, type Range, resolveRange, type Step, stepFor } from '../../data/range.ts';
import { useFormats } from '../../words/FormatsProvider.tsx';

const LEAST_SLOT_MS = 10_000;
const MOST_SLOT_MS = 300_000;
const FALLBACK_MS = 6 * 3_600_000;

/** The range of the address as instants. `now` moves on by whole points, so that each asks the server once. */
export function useRange(
  widthPx: number,
  expectedIntervalMs: number | null,
): { readonly range: Range; readonly step: Step; readonly isInvalid: boolean } {
  const { from, to } = useSearch({ from: '/desk/schools/$school' });
  const { timeZone } = useFormats();
  const now = useNow();
  const start = from ?? DEFAULT_PRESET.from;
  const end = to ?? DEFAULT_PRESET.to;
  const asked = resolveRange({ from: start, to: end }, now, timeZone);
  const spanMs = asked ? asked.to - asked.from : FALLBACK_MS;
  const slotMs = Math.min(MOST_SLOT_MS, Math.max(LEAST_SLOT_MS, spanMs / widthPx));
  const slotNow = Math.ceil(now / slotMs) * slotMs;
  return useMemo(() => {
    const resolved = resolveRange({ from: start, to: end }, slotNow, timeZone);
    const range = resolved ?? { from: slotNow - FALLBACK_MS, to: slotNow };
    return { range, step: stepFor(range, widthPx, expectedIntervalMs), isInvalid: resolved === null };
  }, [start, end, slotNow, timeZone, widthPx, expectedIntervalMs]);
}
