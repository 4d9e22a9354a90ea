/** Logging in and out. Everything asked before is forgotten: another viewer may see other things. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { z } from 'zod';
import { loginResult } from '../../contracts/http/session.ts';
import { send } from './api.ts';
import { useConnection } from './live.tsx';

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

/** A link from outside must not send people elsewhere after log-in. */
export function isOurPath(path: string): boolean {
  return /^\/(?![/\\])/.test(path);
}

export function useLogIn(next: string | undefined) {
  const queryClient = useQueryClient();
  const connection = useConnection();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: (credentials: Credentials) => send('POST', '/session', loginResult, credentials),
    onSuccess: async () => {
      queryClient.clear();
      connection.restart();
      if (next && isOurPath(next)) await navigate({ href: next });
      else await navigate({ to: '/schools' });
    },
  });
}

export function useLogOut() {
  const queryClient = useQueryClient();
  const connection = useConnection();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: () => send('DELETE', '/session', z.unknown()),
    onSuccess: async () => {
      queryClient.clear();
      connection.restart();
      await navigate({ to: '/login' });
    },
  });
}
