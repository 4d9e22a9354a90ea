/** What the viewer may do. Screens hide by it; the server decides. */
import { useQuery } from '@tanstack/react-query';
import type { Permission } from '../../contracts/access.ts';
import { viewerQuery } from './queries.ts';

/** null while nobody knows yet. */
export function useMay(permission: Permission): boolean | null {
  const { data: viewer } = useQuery(viewerQuery);
  return viewer ? viewer.permissions.includes(permission) : null;
}
