import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { JobDetailView } from '../../../src/contract/index.ts';
import { formatLength, RelativeTime } from '../ui/relative-time.tsx';

interface JobFactsProps {
  readonly job: JobDetailView;
  readonly sessionName: string | undefined;
}

/** What the job is and what it used. */
export function JobFacts({ job, sessionName }: JobFactsProps) {
  const { usage } = job;
  return (
    <section aria-label="Facts">
      <h2 className="font-semibold">Facts</h2>
      <dl className="mt-1 grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-0.5 text-sm">
        <Fact name="Agent">
          {job.agent}
          {job.model === null ? '' : ` · ${job.model}`}
        </Fact>
        <Fact name="Session">
          <Link
            to="/sessions/$sessionId"
            params={{ sessionId: job.session_id }}
            className="text-accent hover:underline"
          >
            {sessionName ?? job.session_id}
          </Link>
        </Fact>
        <Fact name="Template">{job.template}</Fact>
        <Fact name="Priority">{job.priority}</Fact>
        <Fact name="Attempts">
          {job.attempts} of at most {job.max_attempts}, each {formatLength(job.time_limit_ms)}
        </Fact>
        {job.blocked_by === 0 ? null : <Fact name="Waits for">{job.blocked_by} other jobs</Fact>}
        <Fact name="Queued">
          <RelativeTime at={job.created_at} />
        </Fact>
        {job.deadline_at === null ? null : (
          <Fact name="Deadline">
            <RelativeTime at={job.deadline_at} />
          </Fact>
        )}
        {job.settled_at === null ? null : (
          <Fact name="Settled">
            <RelativeTime at={job.settled_at} />
          </Fact>
        )}
        <Fact name="Tokens">
          {usage.tokens.toLocaleString('en')}
          {usage.tokens === 0
            ? ''
            : ` (${usage.input_tokens.toLocaleString('en')} in, ${usage.output_tokens.toLocaleString('en')} out, ${usage.cache_read_tokens.toLocaleString('en')} from cache)`}
          {job.max_tokens === null ? '' : ` of at most ${job.max_tokens.toLocaleString('en')}`}
        </Fact>
        <Fact name="Cost">
          {costText(job)}
          {job.max_cost_usd === null ? '' : ` of at most $${job.max_cost_usd.toFixed(2)}`}
        </Fact>
      </dl>
    </section>
  );
}

function costText({ usage }: JobDetailView): string {
  if (usage.tokens === 0) return 'nothing';
  if (usage.cost_usd !== null) return `$${usage.cost_usd.toFixed(4)}`;
  const models = usage.unpriced_models.join(', ');
  return `$${usage.known_cost_usd.toFixed(4)} and what has no price${models === '' ? '' : `: ${models}`}`;
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <>
      <dt className="text-muted">{name}</dt>
      <dd className="break-words">{children}</dd>
    </>
  );
}
