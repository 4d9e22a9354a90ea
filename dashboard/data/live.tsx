/** The live store in React, in a few lines: a provider, a selector hook, a clock. */
import { createContext, type ReactNode, useContext, useEffect, useRef, useSyncExternalStore } from 'react';
import type { LiveRoom } from '../../contracts/live.ts';
import type { Connection } from './connection.ts';
import type { LiveState, LiveStore } from './liveStore.ts';
import { createTicker, type Ticker } from './ticker.ts';

interface Live {
  readonly store: LiveStore;
  readonly connection: Connection;
  readonly ticker: Ticker;
}
const LiveContext = createContext<Live | null>(null);

export function LiveProvider(props: {
  readonly store: LiveStore;
  readonly connection: Connection;
  readonly children: ReactNode;
}) {
  const { store, connection } = props;
  const live = useRef<Live | null>(null);
  live.current ??= { store, connection, ticker: createTicker(() => Date.now() + store.state().clockOffsetMs) };
  return <LiveContext value={live.current}>{props.children}</LiveContext>;
}

function useLiveContext(): Live {
  const live = useContext(LiveContext);
  if (!live) throw new Error('LiveProvider is missing above this component');
  return live;
}

/** Redraws only when the selected part is another one; select parts of the state, do not build new objects. */
export function useLive<Part>(select: (state: LiveState) => Part): Part {
  const { store } = useLiveContext();
  return useSyncExternalStore(store.subscribe, () => select(store.state()));
}

export function useConnection(): Connection {
  return useLiveContext().connection;
}

/** Watches a room for as long as the component is on screen. */
export function useWatch(room: LiveRoom): void {
  const { connection } = useLiveContext();
  useEffect(() => connection.watch(room), [connection, room]);
}

/** Server time, once a second. */
export function useNow(): number {
  const { ticker } = useLiveContext();
  return useSyncExternalStore(ticker.subscribe, ticker.now);
}
