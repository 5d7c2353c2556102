import { useRouter } from '@tanstack/react-router';
import { useRole } from '../api/me.ts';
import { type PageEntry, pages } from './pages.ts';

/** The pages that this person may open. */
export function useEntries(): readonly PageEntry[] {
  const isAdmin = useRole('admin');
  return pages.filter(({ role }) => role === undefined || isAdmin);
}

/** Go to a path that is known only while the program runs. */
export function useGo(): (path: string) => void {
  const router = useRouter();
  return (path) => void router.navigate({ href: path });
}
