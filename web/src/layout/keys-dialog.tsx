import { closeDialog } from '../state/dialogs.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Key } from '../ui/key.tsx';
import { useEntries } from './use-pages.ts';

const everywhere = [
  ['Ctrl K', 'Search and do anything'],
  ['?', 'This list'],
  ['c', 'New job'],
  ['Esc', 'Close a dialog, drop a selection'],
] as const;

const inJobs = [
  ['j', 'Next'],
  ['k', 'Before'],
  ['Enter', 'Open'],
  ['x', 'Select'],
  ['/', 'Filter'],
] as const;

const atQuestions = [
  ['j', 'Next'],
  ['k', 'Before'],
  ['1 … 9', 'Take that choice'],
  ['y', 'Allow'],
  ['n', 'Deny'],
  ['m', 'Write a message or an answer'],
  ['r', 'Retry a failed job'],
  ['e', 'Dismiss a failed job'],
] as const;

const inSites = [
  ['j', 'Next step'],
  ['k', 'Step before'],
  ['Ctrl ↵', 'Make the new site'],
] as const;

const inRecordings = [
  ['Space', 'Play, pause'],
  ['. ,', 'One event on, back'],
  ['] [', 'Next marker, marker before'],
  ['> <', 'Faster, slower'],
  ['→ ←', '5 seconds on, back'],
] as const;

export function KeysDialog() {
  const entries = useEntries();
  const goTo = entries.map(({ keys, label }) => [keys, label] as const);
  return (
    <Dialog
      title="Keys"
      description="They rest while you type in a field or a terminal."
      isOpen
      onClose={closeDialog}
    >
      <div className="grid gap-4 sm:grid-cols-2">
        <KeyList title="Everywhere" rows={everywhere} />
        <KeyList title="Go to" rows={goTo} />
        <KeyList title="In Jobs" rows={inJobs} />
        <KeyList title="In Needs you" rows={atQuestions} />
        <KeyList title="In a site" rows={inSites} />
        <KeyList title="In a recording" rows={inRecordings} />
      </div>
      <div className="mt-3 text-right">
        <Button onClick={closeDialog}>Close</Button>
      </div>
    </Dialog>
  );
}

interface KeyListProps {
  readonly title: string;
  readonly rows: readonly (readonly [string, string])[];
}

function KeyList({ title, rows }: KeyListProps) {
  return (
    <section>
      <h3 className="mb-1 font-semibold">{title}</h3>
      <dl className="grid grid-cols-[5rem_1fr] gap-y-1">
        {rows.map(([keys, what]) => (
          <div key={keys} className="contents">
            <dt className="flex items-start gap-1">
              {keys.split(' ').map((key) => (
                <Key key={key}>{key}</Key>
              ))}
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
