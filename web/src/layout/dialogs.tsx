import { lazy, Suspense } from 'react';
import { useOpenDialog } from '../state/dialogs.ts';
import { part } from '../state/part.ts';

// Read when they are first opened, so that the first page comes sooner.
const CommandPalette = lazy(async () => {
  const { CommandPalette } = await part(() => import('./command-palette.tsx'));
  return { default: CommandPalette };
});
const KeysDialog = lazy(async () => {
  const { KeysDialog } = await part(() => import('./keys-dialog.tsx'));
  return { default: KeysDialog };
});
const NewJobDialog = lazy(async () => {
  const { NewJobDialog } = await part(() => import('../pages/new-job.tsx'));
  return { default: NewJobDialog };
});

/** The dialog that is open, of those that every page can open. */
export function Dialogs() {
  const open = useOpenDialog();
  return (
    <Suspense fallback={null}>
      {open.kind === 'palette' ? <CommandPalette /> : null}
      {open.kind === 'keys' ? <KeysDialog /> : null}
      {open.kind === 'new-job' ? <NewJobDialog /> : null}
    </Suspense>
  );
}
