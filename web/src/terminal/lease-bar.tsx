import { useRole } from '../api/me.ts';
import type { ConnectionState } from '../live/terminal-client.ts';
import { ActionButton } from '../ui/action-button.tsx';
import type { TerminalControls } from './use-terminal.ts';

interface LeaseBarProps {
  readonly terminal: TerminalControls;
  readonly line: ConnectionState;
}

/** Who watches, who types, and the way to become that one. */
export function LeaseBar({ terminal, line }: LeaseBarProps) {
  const { lease, presence, end, view, screen, isResynced, size } = terminal;
  const mayType = useRole('operator');
  const blocked =
    end !== undefined
      ? 'This terminal has ended.'
      : mayType
        ? line === 'open'
          ? undefined
          : 'The terminal is not connected.'
        : 'You may only watch. An operator may type.';
  const holder = lease?.holder ?? null;
  const isMine = lease?.is_mine === true;
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-1 border-b border-line px-3 py-1.5 text-sm">
      <p role="status" className="mr-auto flex flex-wrap gap-x-3">
        {/* Who types now is not known while the line is down. */}
        {line === 'open' ? (
          <span className={isMine ? 'font-semibold text-ok' : 'text-muted'}>
            {isMine
              ? 'You type'
              : holder === null
                ? 'Read-only: nobody types'
                : `${holder.name} types`}
          </span>
        ) : null}
        {presence === undefined || line !== 'open' ? null : (
          <span className="text-muted" title={presence.names.join(', ')}>
            {presence.viewers === 1 ? '1 viewer' : `${presence.viewers} viewers`}
          </span>
        )}
        {size === undefined ? null : (
          <span className="text-muted tabular-nums">
            {size.columns}×{size.rows}
          </span>
        )}
        {line === 'open' ? null : (
          <span className="text-asking">
            {line === 'refused' ? 'You are logged out' : 'Not connected: what you see may be old'}
          </span>
        )}
        {isResynced ? <span className="text-asking">Some output was left out</span> : null}
      </p>
      {isMine ? (
        <>
          <ActionButton
            title="Give the agent's terminal the size of this window"
            onClick={() => {
              if (screen === undefined) return;
              const { columns, rows } = screen.comfortableSize;
              view?.resize(columns, rows);
              screen.focus();
            }}
          >
            Fit to window
          </ActionButton>
          <ActionButton onClick={() => view?.release()}>Stop typing</ActionButton>
        </>
      ) : (
        <ActionButton
          blocked={blocked}
          kind={holder === null ? 'primary' : 'danger'}
          onClick={() => (holder === null ? view?.acquire() : view?.take())}
        >
          {holder === null ? 'Type here' : `Take over from ${holder.name}`}
        </ActionButton>
      )}
    </div>
  );
}
