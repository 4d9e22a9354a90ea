import { Outlet, useNavigate, useRouterState, useSearch } from '@tanstack/react-router';
import { useEffect, useMemo, useRef } from 'react';
import type { AlarmId } from '../../../contracts/alarm.ts';
import { useLive } from '../../data/live.tsx';
import { overviewOf } from '../../data/liveStore.ts';
import { type Scene, startTurns, type TurnEvent, type Turns, turn, turnMs } from './turns.ts';

const CHECK_EVERY_MS = 500;
const NO_BOARD = null;

/** Stays while the scenes of a wall change, and changes them. */
export function WallFrame() {
  useTurns();
  return <Outlet />;
}

function sceneOf(pathname: string): Scene {
  return pathname.startsWith('/wall/alarms') ? 'alarms' : 'overview';
}

/** On a kiosk, or where a rotation is asked for; a person who looks around is left alone. */
function useTurns(): void {
  const { kiosk, rotate } = useSearch({ from: '/wall' });
  const scene = useRouterState({ select: ({ location }) => sceneOf(location.pathname) });
  const navigate = useNavigate();
  const everyMs = turnMs(rotate);
  const isOn = everyMs !== null || kiosk === 1;
  const newest = useLive((state) => overviewOf(state)?.alarms?.newest ?? NO_BOARD);
  const dangers = useMemo(
    () => newest?.filter(({ severity }) => severity === 'danger').map(({ id }) => id) ?? null,
    [newest],
  );
  const turns = useRef<Turns | null>(null);

  const hear = useRef<(event: TurnEvent) => void>(() => undefined);
  hear.current = (event) => {
    const before = turns.current ?? startTurns(scene, event.now, everyMs);
    const after = turn(before, event, everyMs);
    turns.current = after;
    if (after.scene === before.scene || after.scene === scene) return;
    // a rotation must not fill the history of a screen that runs for months
    void navigate({ to: after.scene === 'alarms' ? '/wall/alarms' : '/wall/overview', search: true, replace: true });
  };

  useEffect(() => hear.current({ kind: 'chosen', now: performance.now(), scene }), [scene]);
  useEffect(() => hearDangers(isOn ? dangers : null, hear.current), [isOn, dangers]);
  useEffect(() => {
    if (!isOn) return undefined;
    const timer = setInterval(() => hear.current({ kind: 'time', now: performance.now() }), CHECK_EVERY_MS);
    return () => clearInterval(timer);
  }, [isOn]);
}

function hearDangers(ids: readonly AlarmId[] | null, hear: (event: TurnEvent) => void): void {
  if (ids) hear({ kind: 'dangers', now: performance.now(), ids });
}
