import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Outlet, useRouter } from '@tanstack/react-router';
import { Plus, Search } from 'lucide-react';
import { useEffect } from 'react';
import { meQuery, useRole } from '../api/me.ts';
import { openDialog } from '../state/dialogs.ts';
import { useKeys } from '../state/keys.ts';
import { startLive } from '../state/live.ts';
import { Key } from '../ui/key.tsx';
import { Toasts } from '../ui/toasts.tsx';
import { AccountMenu } from './account-menu.tsx';
import { ConnectionBanner, ConnectionMark } from './connection-banner.tsx';
import { Dialogs } from './dialogs.tsx';
import { Navigation, Pulse } from './navigation.tsx';
import { useEntries, useGo } from './use-pages.ts';

export function Shell() {
  useLive();
  useShellKeys();
  return (
    <div className="flex h-dvh flex-col md:flex-row">
      <a
        href="#content"
        className="sr-only focus:not-sr-only focus:absolute focus:z-50 focus:bg-surface focus:p-2"
      >
        Skip to the content
      </a>
      <SideBar />
      <div className="flex min-h-0 min-w-0 flex-1 flex-col">
        <ConnectionBanner />
        <main
          id="content"
          tabIndex={-1}
          className="flex min-h-0 min-w-0 flex-1 flex-col outline-none"
        >
          <Outlet />
        </main>
      </div>
      <Toasts />
      <Dialogs />
    </div>
  );
}

function SideBar() {
  const canAdd = useRole('operator');
  return (
    <header className="flex shrink-0 flex-col gap-2 border-b border-line bg-surface py-2 md:w-60 md:border-r md:border-b-0">
      <div className="flex items-center gap-1 px-2">
        <span className="px-2 font-mono text-sm font-semibold whitespace-nowrap">tmux-builder</span>
        <span className="ml-auto">
          <ConnectionMark />
        </span>
        <div className="md:hidden">
          <AccountMenu />
        </div>
      </div>
      <div className="flex gap-1 px-2">
        <button
          type="button"
          className="flex min-h-8 flex-1 items-center gap-2 rounded-md border border-line px-2 text-muted hover:border-muted"
          onClick={() => openDialog({ kind: 'palette' })}
        >
          <Search aria-hidden="true" className="size-4" />
          Search
          <span className="ml-auto hidden md:inline">
            <Key>Ctrl K</Key>
          </span>
        </button>
        {canAdd ? (
          <button
            type="button"
            aria-label="New job"
            title="New job (c)"
            className="grid size-8 place-items-center rounded-md border border-line hover:border-muted"
            onClick={() => openDialog({ kind: 'new-job' })}
          >
            <Plus aria-hidden="true" className="size-4" />
          </button>
        ) : null}
      </div>
      <Navigation />
      <div className="hidden border-t border-line pt-2 md:block">
        <Pulse />
      </div>
      <div className="mt-auto hidden px-2 md:block">
        <AccountMenu />
      </div>
    </header>
  );
}

/** Hear events while somebody is logged in; who was logged out is led to the login. */
function useLive(): void {
  const queries = useQueryClient();
  const router = useRouter();
  const { data: me } = useQuery(meQuery);
  const userId = me?.user.user_id;
  useEffect(() => (userId === undefined ? undefined : startLive(queries)), [queries, userId]);
  useEffect(() => {
    if (me === null) void router.invalidate();
  }, [me, router]);
}

function useShellKeys(): void {
  const entries = useEntries();
  const go = useGo();
  const canAdd = useRole('operator');
  useKeys({
    ...Object.fromEntries(entries.map(({ keys, path }) => [keys, () => go(path)])),
    '?': () => openDialog({ kind: 'keys' }),
    ...(canAdd ? { c: () => openDialog({ kind: 'new-job' }) } : {}),
  });
  useEffect(() => {
    // Also while one types, but not in a terminal, where Ctrl+K means something else.
    const press = (event: KeyboardEvent): void => {
      const isOwn = event.target instanceof Element && event.target.closest('.xterm') !== null;
      if (event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey) || isOwn) return;
      event.preventDefault();
      openDialog({ kind: 'palette' });
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, []);
}
