import { useRole } from '../../api/me.ts';
import { useAttach } from '../../api/agents.ts';
import { ActionButton } from '../../ui/action-button.tsx';
import { CopyOnce } from '../../ui/copy-once.tsx';
import { Dialog } from '../../ui/dialog.tsx';

interface AttachProps {
  readonly agentId: string;
  readonly isLive: boolean;
}

/** The same terminal in a terminal of one's own. */
export function Attach({ agentId, isLive }: AttachProps) {
  const attach = useAttach(agentId);
  const mayAttach = useRole('operator');
  const blocked = isLive
    ? mayAttach
      ? undefined
      : 'Operators may do this.'
    : 'The terminal is gone.';
  return (
    <>
      <ActionButton blocked={blocked} onClick={() => attach.mutate(true)}>
        Open in a terminal
      </ActionButton>
      <Dialog
        title={
          attach.data?.status === 'terminal_opened'
            ? 'A terminal was opened where the server runs'
            : 'Run this where the server runs'
        }
        description="It is read-only: what you type there does not reach the agent."
        isOpen={attach.data !== undefined}
        onClose={() => attach.reset()}
      >
        <CopyOnce note="" label="Command" text={attach.data?.command.map(quoted).join(' ') ?? ''} />
      </Dialog>
    </>
  );
}

/** A word as a shell takes it. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
