import { Outlet } from '@tanstack/react-router';
import { Toasts } from '../ui/toasts.tsx';
import { Navigation } from './navigation.tsx';

export function Shell() {
  return (
    <div className="flex h-dvh flex-col md:flex-row">
      <a
        href="#content"
        className="sr-only focus:not-sr-only focus:absolute focus:z-50 focus:bg-surface focus:p-2"
      >
        Skip to the content
      </a>
      <Navigation />
      <main id="content" className="flex min-h-0 min-w-0 flex-1 flex-col">
        <Outlet />
      </main>
      <Toasts />
    </div>
  );
}
