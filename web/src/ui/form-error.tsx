import { ApiError } from '../api/client.ts';
import { advice } from './advice.ts';

/** Why a form was refused, what to do, and which of its fields are wrong. */
export function FormError({ error }: { readonly error: Error | null }) {
  if (error === null) return null;
  const { todo, issues } = error instanceof ApiError ? error : { todo: null, issues: [] };
  return (
    <div role="alert" className="rounded-md border border-failed p-2 text-failed">
      <p>{error.message}</p>
      {todo === null ? null : <p>{advice(todo)}</p>}
      {issues.map(({ path, message }) => (
        <p key={path}>
          {path}: {message}
        </p>
      ))}
    </div>
  );
}
