/** Whether single keys do something here. Somebody who dictates, or whose hand trembles, turns them off for good. */
import { useSyncExternalStore } from 'react';

const NAME = 'alarmKeys';
const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

const isOn = (): boolean => localStorage.getItem(NAME) !== 'off';

function setOn(on: boolean): void {
  localStorage.setItem(NAME, on ? 'on' : 'off');
  for (const listener of listeners) listener();
}

export function useKeysOn(): readonly [boolean, (on: boolean) => void] {
  return [useSyncExternalStore(subscribe, isOn), setOn];
}
