import { createStore, useStore } from './store.ts';

/** Dialogs that every page can open; one at a time. */
export type OpenDialog =
  | { readonly kind: 'none' }
  | { readonly kind: 'palette' }
  | { readonly kind: 'keys' }
  | { readonly kind: 'new-job' };

const none: OpenDialog = { kind: 'none' };
const store = createStore<OpenDialog>(none);

export function openDialog(dialog: OpenDialog): void {
  store.set(dialog);
}

export function closeDialog(): void {
  store.set(none);
}

export function useOpenDialog(): OpenDialog {
  return useStore(store);
}
