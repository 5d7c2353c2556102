import type { ReactNode } from 'react';

/** A key of the keyboard. */
export function Key({ children }: { readonly children: ReactNode }) {
  return (
    <kbd className="inline-block min-w-5 self-center pointer-coarse:hidden whitespace-nowrap rounded border border-line bg-raised px-1 text-center font-mono text-xs text-muted">
      {children}
    </kbd>
  );
}
