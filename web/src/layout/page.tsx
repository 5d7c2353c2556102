import { type ReactNode, useEffect } from 'react';

interface PageProps {
  readonly title: string;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

/** A page's heading and content; names the browser's tab as well. */
export function Page({ title, actions, children }: PageProps) {
  useEffect(() => {
    document.title = `${title} · tmux-builder`;
  }, [title]);
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <header className="flex flex-wrap items-center gap-2 border-b border-line px-4 py-3 md:flex-nowrap">
        <h1 className="mr-auto line-clamp-3 min-w-0 text-lg font-semibold wrap-anywhere md:line-clamp-2">
          {title}
        </h1>
        {/* Beside the title where there is room, else together below it. */}
        <div className="flex max-w-full min-w-0 flex-wrap items-center gap-2 md:max-w-[60%] md:shrink-0">
          {actions}
        </div>
      </header>
      <div className="min-h-0 flex-1 overflow-auto">{children}</div>
    </div>
  );
}
