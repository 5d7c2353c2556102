import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { liveAgentsQuery, sessionChoicesQuery } from '../api/jobs-choices.ts';
import { useRole } from '../api/me.ts';
import { countNeeds, useNeedsYou } from '../api/needs-you.ts';
import { PageError } from '../layout/page-error.tsx';
import { Page } from '../layout/page.tsx';
import { openDialog } from '../state/dialogs.ts';
import { useKeys } from '../state/keys.ts';
import { Button } from '../ui/button.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { FailedJobs } from './needs-you-failed.tsx';
import { ONLY_OPERATORS, QuestionCard } from './needs-you-question.tsx';
import { StuckSites } from './needs-you-sites.tsx';

/** What waits for a person: agents that ask, the oldest first, then sites and jobs that failed. */
export function NeedsYouPage() {
  const { needs, error } = useNeedsYou();
  const { data: sessions = [] } = useQuery(sessionChoicesQuery);
  const { data: live = [] } = useQuery(liveAgentsQuery);
  const canSteer = useRole('operator');
  const agents = new Map(live.map(({ agent_id: id, agent }) => [id, agent]));
  const names = new Map(sessions.map(({ session_id: id, name }) => [id, name]));
  const ids = [
    ...(needs?.questions.map(({ question_id: id }) => id) ?? []),
    ...(needs?.sites.map(({ session_id: id }) => id) ?? []),
    ...(needs?.failed.map(({ job_id: id }) => id) ?? []),
  ];
  const current = useCurrent(ids);
  const count = needs === undefined ? 0 : countNeeds(needs);
  const title = 'Needs you';
  useEffect(() => {
    document.title = `${count === 0 ? '' : `(${count}) `}${title} · tmux-builder`;
  }, [count]);
  if (needs === undefined) {
    return (
      <Page title={title}>
        {error === null ? <p className="p-4 text-muted">Reading…</p> : <PageError error={error} />}
      </Page>
    );
  }
  return (
    <Page title={title}>
      <div ref={current.box} className="mx-auto max-w-4xl space-y-3 p-3 md:p-4">
        {needs.questions.length === 0 ? null : (
          <section aria-label="Agents that ask" className="space-y-3">
            {needs.questions.map((question) => (
              <QuestionCard
                key={question.question_id}
                question={question}
                agent={agents.get(`${question.job_id}.${question.attempt}`)}
                sessionName={names.get(question.session_id)}
                whyNot={canSteer ? undefined : ONLY_OPERATORS}
                isCurrent={current.id === question.question_id}
                onCurrent={current.set}
              />
            ))}
          </section>
        )}
        {needs.sites.length === 0 ? null : (
          <StuckSites sites={needs.sites} currentId={current.id} onCurrent={current.set} />
        )}
        {needs.failed.length === 0 ? null : (
          <FailedJobs
            jobs={needs.failed}
            count={needs.failedCount}
            names={names}
            canSteer={canSteer}
            currentId={current.id}
            onCurrent={current.set}
          />
        )}
        {ids.length === 0 ? <Nothing canSteer={canSteer} /> : null}
      </div>
    </Page>
  );
}

/** Which card the keys are for: the one that was chosen, else the one that came into its place. */
function useCurrent(ids: readonly string[]) {
  const box = useRef<HTMLDivElement>(null);
  const [chosen, setChosen] = useState({ id: '', index: 0 });
  const isThere = ids.includes(chosen.id);
  const id = isThere ? chosen.id : ids[Math.min(chosen.index, Math.max(0, ids.length - 1))];
  const set = (next: string): void => setChosen({ id: next, index: ids.indexOf(next) });
  const move = (by: number): void => {
    const next = ids[Math.min(Math.max(ids.indexOf(id ?? '') + by, 0), ids.length - 1)];
    if (next === undefined) return;
    set(next);
    box.current?.querySelector<HTMLElement>(`[data-card="${next}"]`)?.focus();
  };
  useKeys({ j: () => move(1), k: () => move(-1) }, ids.length > 0);
  // The card that had the focus was answered: the focus goes on with the keys, and is not lost.
  const focused = useRef(false);
  useEffect(() => {
    const isLost = document.activeElement === document.body;
    if (focused.current && isLost && id !== undefined) {
      box.current?.querySelector<HTMLElement>(`[data-card="${id}"]`)?.focus();
    }
  }, [id]);
  useEffect(() => {
    const note = (): void => {
      focused.current = box.current?.contains(document.activeElement) ?? false;
    };
    document.addEventListener('focusin', note);
    return () => document.removeEventListener('focusin', note);
  }, []);
  return { box, id, set };
}

function Nothing({ canSteer }: { readonly canSteer: boolean }) {
  return (
    <EmptyState title="Nothing needs you.">
      <p>
        Agents that ask, sites and jobs that failed stand here, and in the number at “Needs you”.
      </p>
      {canSteer ? (
        <Button className="mt-3" kind="primary" onClick={() => openDialog({ kind: 'new-job' })}>
          New job
        </Button>
      ) : null}
    </EmptyState>
  );
}
