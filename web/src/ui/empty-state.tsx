import type { ReactNode } from 'react';

interface EmptyStateProps {
  readonly title: string;
  /** What to do now. */
  readonly children?: ReactNode;
}

export function EmptyState({ title, children }: EmptyStateProps) {
  return (
    <div className="mx-auto max-w-md px-4 py-16 text-center">
      <p className="text-base font-semibold">{title}</p>
      <div className="mt-2 text-muted">{children}</div>
    </div>
  );
}
