import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import type { PasteCheck } from './check-paste.ts';

interface PasteDialogProps {
  readonly asked: PasteCheck | undefined;
  readonly onPaste: (text: string) => void;
  readonly onClose: () => void;
}

/** Shows what is to be pasted before it reaches the agent. */
export function PasteDialog({ asked, onPaste, onClose }: PasteDialogProps) {
  return (
    <Dialog
      title="Paste this?"
      description={asked?.reason}
      isOpen={asked !== undefined}
      onClose={onClose}
    >
      <pre className="max-h-72 overflow-auto rounded-md border border-line bg-raised p-2 font-mono text-sm whitespace-pre-wrap">
        {asked?.text}
      </pre>
      <div className="mt-3 flex justify-end gap-2">
        <Button onClick={onClose}>Do not paste</Button>
        <Button
          kind="primary"
          autoFocus
          onClick={() => {
            onPaste(asked?.text ?? '');
            onClose();
          }}
        >
          Paste
        </Button>
      </div>
    </Dialog>
  );
}
