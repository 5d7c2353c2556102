import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { agentQuery } from '../api/agents.ts';
import { Page } from '../layout/page.tsx';
import { PageError } from '../layout/page-error.tsx';
import { useTerminalLine } from '../state/terminals.ts';
import { KeyBar } from '../terminal/key-bar.tsx';
import { LeaseBar } from '../terminal/lease-bar.tsx';
import { PasteDialog } from '../terminal/paste-dialog.tsx';
import { SearchBar } from '../terminal/search-bar.tsx';
import { useTerminal } from '../terminal/use-terminal.ts';
import { Button } from '../ui/button.tsx';
import { copyText } from '../ui/copy-text.ts';
import { StateBadge } from '../ui/state-badge.tsx';
import { tellDone, tellFailed } from '../ui/toasts.tsx';
import { Attach } from './agents/attach.tsx';

/** An agent's terminal: watched by many, typed into by one. */
export function TerminalPage() {
  const { agentId } = useParams({ from: '/shell/agents/$agentId' });
  const { data: agent, error } = useQuery(agentQuery(agentId));
  const box = useRef<HTMLDivElement>(null);
  const terminal = useTerminal(agentId, box);
  const line = useTerminalLine();
  const { screen, end, asked, isFinding } = terminal;
  // A phone cannot show 200 columns in letters that anybody reads.
  const [isLarge, setLarge] = useState(() => matchMedia('(max-width: 40rem)').matches);
  useEffect(() => screen?.setReadable(isLarge), [screen, isLarge]);
  const title = agent?.title ?? (agent ? `Main agent of ${agent.session_name}` : agentId);
  if (error !== null && agent === undefined) return <PageError error={error} />;
  return (
    <Page
      title={title}
      actions={
        <>
          {agent === undefined ? null : <StateBadge state={agent.state} />}
          {agent === undefined ? null : (
            <Link
              to="/sessions/$sessionId"
              params={{ sessionId: agent.session_id }}
              className="text-accent hover:underline"
            >
              {agent.session_name}
            </Link>
          )}
          {agent?.job_id == null ? null : (
            <Link
              to="/jobs/$jobId"
              params={{ jobId: agent.job_id }}
              className="text-accent hover:underline"
            >
              Job
            </Link>
          )}
          <Attach agentId={agentId} isLive={end === undefined && agent?.is_live === true} />
        </>
      }
    >
      <div className="flex h-full min-h-0 flex-col">
        <LeaseBar terminal={terminal} line={line} />
        {isFinding && screen !== undefined ? (
          <SearchBar
            search={screen.search}
            onClose={() => {
              terminal.setFinding(false);
              screen.focus();
            }}
          />
        ) : null}
        {end === undefined ? null : (
          <p role="status" className="border-b border-line bg-raised px-3 py-1.5">
            The terminal has ended: {end.detail}
          </p>
        )}
        <div
          ref={box}
          data-keys="own"
          role="region"
          aria-label={`Terminal of ${title}`}
          className="min-h-0 flex-1 overflow-auto bg-terminal p-1"
        />
        <div className="flex flex-wrap items-center gap-1 border-t border-line">
          {terminal.lease?.is_mine === true ? (
            <KeyBar
              isApplication={() => screen?.isApplicationKeys ?? false}
              onKey={(bytes) => terminal.type(bytes)}
            />
          ) : null}
          <div className="ml-auto flex gap-1 p-1">
            <Button
              kind="quiet"
              aria-pressed={isLarge}
              title="Letters large enough to read; move the screen to see all of it"
              onClick={() => setLarge(!isLarge)}
            >
              Large text
            </Button>
            <Button kind="quiet" onClick={() => terminal.setFinding(true)}>
              Find
            </Button>
            <Button kind="quiet" onClick={() => void copySelection(screen?.selection ?? '')}>
              Copy
            </Button>
          </div>
        </div>
      </div>
      <PasteDialog
        asked={asked}
        onPaste={(text) => terminal.paste(text)}
        onClose={() => {
          terminal.setAsked(undefined);
          screen?.focus();
        }}
      />
    </Page>
  );
}

async function copySelection(text: string): Promise<void> {
  if (text === '') {
    tellFailed(new Error('Nothing is selected. Select text in the terminal first.'));
    return;
  }
  if (await copyText(text)) tellDone('Copied.');
  else tellFailed(new Error('The browser does not let this page copy. Use its own menu.'));
}
