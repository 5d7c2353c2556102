import { ApiError } from '../api/client.ts';
import { advice } from './advice.ts';

/** Why a form was refused, and what to do. */
export function FormError({ error }: { readonly error: Error | null }) {
  if (error === null) return null;
  return (
    <div role="alert" className="rounded-md border border-failed p-2 text-failed">
      <p>{error.message}</p>
      {error instanceof ApiError && error.todo !== null ? <p>{advice(error.todo)}</p> : null}
    </div>
  );
}
