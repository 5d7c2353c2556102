import { useSyncExternalStore } from 'react';
import { ApiError } from '../api/client.ts';
import { advice } from './advice.ts';

interface Toast {
  readonly id: number;
  readonly text: string;
  readonly detail?: string | undefined;
  readonly kind: 'done' | 'failed';
  readonly undo?: (() => void) | undefined;
}

const MOST = 5;
const SHOWN_MS = 8_000;
let toasts: readonly Toast[] = [];
let lastId = 0;
const listeners = new Set<() => void>();

function change(next: readonly Toast[]): void {
  toasts = next;
  for (const listener of listeners) listener();
}

function show(toast: Omit<Toast, 'id'>): void {
  lastId += 1;
  const id = lastId;
  change([...toasts, { ...toast, id }].slice(-MOST));
  // What failed stays until it was seen.
  if (toast.kind === 'done') setTimeout(() => close(id), SHOWN_MS);
}

function close(id: number): void {
  change(toasts.filter((toast) => toast.id !== id));
}

/** Say that something was done, with a way back where there is one. */
export function tellDone(text: string, undo?: () => void): void {
  show({ kind: 'done', text, undo });
}

/** Say that something was refused, and what to do. */
export function tellFailed(error: unknown): void {
  if (error instanceof ApiError) {
    show({
      kind: 'failed',
      text: error.message,
      detail: error.todo === null ? error.code : advice(error.todo),
    });
  } else {
    show({ kind: 'failed', text: error instanceof Error ? error.message : String(error) });
  }
}

export function Toasts() {
  const shown = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => toasts,
  );
  return (
    <section
      aria-label="Messages"
      aria-live="polite"
      className="pointer-events-none fixed inset-x-3 bottom-3 z-50 flex flex-col items-end gap-2"
    >
      {shown.map(({ id, text, detail, kind, undo }) => (
        <div
          key={id}
          role={kind === 'failed' ? 'alert' : 'status'}
          className={`pointer-events-auto flex max-w-md items-start gap-3 rounded-md border bg-surface px-3 py-2 shadow-lg ${kind === 'failed' ? 'border-failed' : 'border-line'}`}
        >
          <div>
            <p>{text}</p>
            {detail === undefined ? null : <p className="text-muted">{detail}</p>}
          </div>
          {undo === undefined ? null : (
            <button
              type="button"
              className="font-semibold text-accent"
              onClick={() => {
                close(id);
                undo();
              }}
            >
              Undo
            </button>
          )}
          <button type="button" aria-label="Close" className="px-1" onClick={() => close(id)}>
            ×
          </button>
        </div>
      ))}
    </section>
  );
}
