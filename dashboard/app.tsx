/** Builds the parts of the screen and joins them. */
import './theme/fonts.css';
import './theme/tokens.css';
import './theme/base.css';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { createRoot } from 'react-dom/client';
import { createConnection } from './data/connection.ts';
import { LiveProvider } from './data/live.tsx';
import { createLiveStore } from './data/liveStore.ts';
import { createQueryClient } from './data/queries.ts';
import { createAppRouter } from './router.tsx';
import { startWords } from './words/words.ts';

export async function start(element: HTMLElement): Promise<void> {
  const queryClient = createQueryClient({ onUnauthorized: () => toLogin() });
  const store = createLiveStore({
    schedule: (run) => {
      requestAnimationFrame(run);
    },
    clock: Date.now,
    monotonic: () => performance.now(),
  });
  const connection = createConnection({ store });
  const router = createAppRouter({ queryClient });
  /** A wall never shows the log-in page: it says what is the case and keeps trying. */
  function toLogin(): void {
    const { pathname, href } = router.state.location;
    if (pathname.startsWith('/wall') || pathname === '/login') return;
    void router.navigate({ to: '/login', search: { next: href } });
  }
  await startWords('vi');
  connection.start();
  createRoot(element).render(
    <QueryClientProvider client={queryClient}>
      <LiveProvider store={store} connection={connection}>
        <RouterProvider router={router} />
      </LiveProvider>
    </QueryClientProvider>,
  );
}
