import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { AttemptView, JobDetailView } from '../../../src/contract/index.ts';
import { explanationQuery } from '../api/jobs.ts';
import { formatLength, useNow } from '../ui/relative-time.tsx';
import { StateBadge } from '../ui/state-badge.tsx';
import { EvidenceList } from './job-evidence.tsx';
import { JobEvents } from './job-events.tsx';
import {
  type Lane,
  layOutWaterfall,
  type Phase,
  type PhaseName,
  type Waterfall,
} from './job-phases.ts';

const looks: Readonly<Record<PhaseName, { readonly colour: string; readonly text: string }>> = {
  queued: { colour: 'bg-line', text: 'In the queue' },
  start: { colour: 'bg-idle', text: 'Agent starts' },
  deliver: { colour: 'bg-asking', text: 'Instruction delivered' },
  work: { colour: 'bg-busy', text: 'Agent works' },
};

/** Attempts one below the other on one scale of time, then what happened. */
export function JobTimeline({ job }: { readonly job: JobDetailView }) {
  const now = useNow();
  const waterfall = layOutWaterfall(job, now);
  return (
    <div className="space-y-4">
      <section aria-label="Attempts">
        <div className="flex flex-wrap items-center gap-x-4 gap-y-1">
          <h2 className="font-semibold">Attempts</h2>
          <ul aria-label="Colours" className="flex flex-wrap gap-x-3 text-xs text-muted">
            {Object.entries(looks).map(([name, { colour, text }]) => (
              <li key={name} className="flex items-center gap-1">
                <span aria-hidden="true" className={`size-2.5 rounded-sm ${colour}`} />
                {text}
              </li>
            ))}
          </ul>
        </div>
        <ol className="mt-2 space-y-2">
          {waterfall.lanes.map((lane) => (
            <LaneRow
              key={lane.attempt?.attempt ?? 'next'}
              lane={lane}
              waterfall={waterfall}
              jobId={job.job_id}
            />
          ))}
        </ol>
        <p className="mt-1 text-right text-xs text-muted tabular-nums">
          {formatShort(waterfall.to - waterfall.from)} in all
        </p>
      </section>
      <JobEvents events={job.events} />
    </div>
  );
}

interface LaneRowProps {
  readonly lane: Lane;
  readonly waterfall: Waterfall;
  readonly jobId: string;
}

function LaneRow({ lane: { attempt, phases }, waterfall, jobId }: LaneRowProps) {
  const all = waterfall.to - waterfall.from;
  const text = phases.map(describe).join(', ');
  return (
    <li>
      <div
        role="img"
        aria-label={text}
        title={text}
        className="relative h-4 overflow-hidden rounded-sm bg-raised"
      >
        {phases.map(({ name, from, to }) => (
          <span
            key={name}
            className={`absolute inset-y-0 min-w-px ${looks[name].colour}`}
            style={{
              left: `${((from - waterfall.from) / all) * 100}%`,
              width: `${((to - from) / all) * 100}%`,
            }}
          />
        ))}
      </div>
      {attempt === undefined ? (
        <p className="mt-1 text-sm text-muted">Waits in the queue.</p>
      ) : (
        <AttemptLine attempt={attempt} phases={phases} jobId={jobId} />
      )}
    </li>
  );
}

function describe({ name, from, to, isOpen }: Phase): string {
  return `${looks[name].text} ${isOpen ? 'for ' : ''}${formatShort(to - from)}`;
}

/** Below ten seconds with a tenth, since starts and deliveries take less than a second. */
function formatShort(ms: number): string {
  return ms < 10_000 ? `${(ms / 1_000).toFixed(1)} s` : formatLength(ms);
}

interface AttemptLineProps {
  readonly attempt: AttemptView;
  readonly phases: readonly Phase[];
  readonly jobId: string;
}

function AttemptLine({ attempt, phases, jobId }: AttemptLineProps) {
  const { attempt: number, state, outcome, error } = attempt;
  const [isExplained, setExplained] = useState(false);
  const isLive = attempt.ended_at === null;
  const agentId = `${jobId}.${number}`;
  return (
    <div className="mt-1 text-sm">
      <p className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <span className="font-semibold">Attempt {number}</span>
        <StateBadge state={outcome ?? state} />
        {phases.slice(1).map(({ name, from, to }) => (
          <span key={name} className="text-muted tabular-nums">
            {name} {formatShort(to - from)}
          </span>
        ))}
        {isLive ? (
          <button
            type="button"
            aria-expanded={isExplained}
            className="min-h-8 font-semibold text-accent"
            onClick={() => setExplained(!isExplained)}
          >
            Explain
          </button>
        ) : (
          <Link
            to="/recordings/$jobId/$attempt"
            params={{ jobId, attempt: String(number) }}
            className="inline-flex min-h-8 items-center font-semibold text-accent"
          >
            Recording
          </Link>
        )}
      </p>
      {error === null ? null : (
        <p className="break-words text-failed">
          <span className="font-mono">{error.code}</span> {error.message}
        </p>
      )}
      {isExplained && isLive ? <Evidence agentId={agentId} /> : null}
    </div>
  );
}

function Evidence({ agentId }: { readonly agentId: string }) {
  const { data } = useQuery(explanationQuery(agentId));
  if (data == null) return <p className="text-muted">Nothing is known yet.</p>;
  return <EvidenceList explanation={data} />;
}
