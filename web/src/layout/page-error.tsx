import { Link } from '@tanstack/react-router';
import { ApiError } from '../api/client.ts';
import { EmptyState } from '../ui/empty-state.tsx';

interface PageErrorProps {
  readonly error: unknown;
  readonly reset?: () => void;
}

export function PageError({ error, reset }: PageErrorProps) {
  const isKnown = error instanceof ApiError;
  return (
    <EmptyState title={error instanceof Error ? error.message : 'Something went wrong.'}>
      <p>{isKnown ? (error.todo ?? error.code) : 'This is a fault of the dashboard.'}</p>
      {reset === undefined ? null : (
        <button type="button" className="mt-3 font-semibold text-accent" onClick={reset}>
          Try again
        </button>
      )}
    </EmptyState>
  );
}

export function NotFound() {
  return (
    <EmptyState title="There is no such page.">
      <Link to="/" className="font-semibold text-accent">
        Go to what needs you
      </Link>
    </EmptyState>
  );
}
