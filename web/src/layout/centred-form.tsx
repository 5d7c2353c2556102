import { type ReactNode, useEffect } from 'react';
import { FormError } from '../ui/form-error.tsx';

interface CentredFormProps {
  readonly title: string;
  readonly error: Error | null;
  readonly onSubmit: () => void;
  readonly children: ReactNode;
}

/** A page with one form, for whoever is not logged in. */
export function CentredForm({ title, error, onSubmit, children }: CentredFormProps) {
  useEffect(() => {
    document.title = `${title} · tmux-builder`;
  }, [title]);
  return (
    <main className="grid min-h-dvh place-items-center p-4">
      <form
        className="w-full max-w-sm space-y-3 rounded-lg border border-line bg-surface p-6"
        onSubmit={(event) => {
          event.preventDefault();
          onSubmit();
        }}
      >
        <p className="font-mono text-sm text-muted">tmux-builder</p>
        <h1 className="text-xl font-semibold">{title}</h1>
        <FormError error={error} />
        {children}
      </form>
    </main>
  );
}
