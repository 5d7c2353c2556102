import { Link } from '@tanstack/react-router';
import { ApiError } from '../api/client.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { listOf } from './list-of.ts';
import { advice } from '../ui/advice.ts';

interface PageErrorProps {
  readonly error: unknown;
  readonly reset?: () => void;
}

/** What went wrong in place of a page. What is not there any more leads to where the others are. */
export function PageError({ error, reset }: PageErrorProps) {
  const isKnown = error instanceof ApiError;
  const list = isKnown ? listOf(error) : undefined;
  return (
    <EmptyState title={error instanceof Error ? error.message : 'Something went wrong.'}>
      {list === undefined ? (
        <p>{isKnown ? adviceOf(error) : 'This is a fault of the dashboard.'}</p>
      ) : (
        <>
          <p>It was removed, or the address is wrong, or you may not see it.</p>
          <Link to={list.path} className="mt-3 inline-block font-semibold text-accent">
            {list.label}
          </Link>
        </>
      )}
      {reset === undefined ? null : (
        <button type="button" className="mt-3 font-semibold text-accent" onClick={reset}>
          Try again
        </button>
      )}
    </EmptyState>
  );
}

function adviceOf({ todo, code }: ApiError): string {
  return todo === null ? code : advice(todo);
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
