/** What a screen that nobody touches needs: no cursor, no sleep, a new build by itself. */
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { BUILD_CHECK_MS, installationQuery } from '../../data/queries.ts';

export function useReloadOnNewBuild(): void {
  const { data: build } = useQuery({
    ...installationQuery,
    refetchInterval: BUILD_CHECK_MS,
    refetchIntervalInBackground: true,
    select: (installation) => installation.build,
  });
  const first = useRef<string | null>(null);
  useEffect(() => {
    if (build === undefined) return;
    first.current ??= build;
    if (first.current !== build) window.location.reload();
  }, [build]);
}

/** Keeps the screen awake; asked again whenever the page becomes visible, since the lock ends when it is hidden. */
export function useWakeLock(isOn: boolean): void {
  useEffect(() => {
    if (!isOn || !('wakeLock' in navigator)) return undefined;
    let lock: WakeLockSentinel | null = null;
    let isGone = false;
    const hold = async () => {
      if (document.visibilityState !== 'visible') return;
      try {
        const held = await navigator.wakeLock.request('screen');
        if (isGone) await held.release();
        else lock = held;
      } catch (error) {
        // refused on battery or by policy: the wall still works, the screen may sleep
        console.error('wake lock refused', error);
      }
    };
    const again = () => void hold();
    again();
    document.addEventListener('visibilitychange', again);
    return () => {
      isGone = true;
      document.removeEventListener('visibilitychange', again);
      void lock?.release();
    };
  }, [isOn]);
}
