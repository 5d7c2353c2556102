import { useQuery } from '@tanstack/react-query';
import { useParams, useRouter } from '@tanstack/react-router';
import { sessionChoicesQuery } from '../api/jobs-choices.ts';
import { jobQuery } from '../api/jobs.ts';
import { useRole } from '../api/me.ts';
import { PageError } from '../layout/page-error.tsx';
import { Page } from '../layout/page.tsx';
import { useKeys } from '../state/keys.ts';
import { RelativeTime } from '../ui/relative-time.tsx';
import { StateBadge } from '../ui/state-badge.tsx';
import { JobActions } from './job-actions.tsx';
import { JobFacts } from './job-facts.tsx';
import { JobTexts } from './job-texts.tsx';
import { JobTimeline } from './job-timeline.tsx';
import { ONLY_OPERATORS, QuestionCard } from './needs-you-question.tsx';
import { advice } from '../ui/advice.ts';

/** One job: what happened on the left, what it says on the right. */
export function JobPage() {
  const { jobId } = useParams({ from: '/shell/jobs/$jobId' });
  const { data: job, error } = useQuery(jobQuery(jobId));
  const { data: sessions = [] } = useQuery(sessionChoicesQuery);
  const canSteer = useRole('operator');
  const { history } = useRouter();
  useKeys({ Escape: () => history.back() });
  if (job === undefined) {
    return (
      <Page title="Job">
        {error === null ? <p className="p-4 text-muted">Reading…</p> : <PageError error={error} />}
      </Page>
    );
  }
  const sessionName = sessions.find(({ session_id: id }) => id === job.session_id)?.name;
  return (
    <Page title={job.title} actions={<JobActions job={job} />}>
      <p className="flex flex-wrap items-center gap-x-3 border-b border-line px-4 py-1.5 text-sm text-muted">
        <StateBadge state={job.questions.length > 0 ? 'asking' : job.status} />
        <span className="font-mono">{job.job_id}</span>
        <RelativeTime at={job.settled_at ?? job.started_at ?? job.created_at} />
      </p>
      {/* The error of an attempt before the present one stands at that attempt. */}
      {job.error === null || job.settled_at === null ? null : (
        <div role="alert" className="m-3 rounded-md border border-failed p-3">
          <p className="break-words">
            <span className="mr-2 font-mono text-failed">{job.error.code}</span>
            {job.error.message}
          </p>
          {job.error.todo === null ? null : (
            <p className="mt-1 break-words">{advice(job.error.todo)}</p>
          )}
        </div>
      )}
      {job.questions.map((question, index) => (
        <div key={question.question_id} className="m-3">
          <QuestionCard
            question={{ ...question, session_id: job.session_id, job_title: job.title }}
            sessionName={sessionName}
            agent={job.agent}
            whyNot={canSteer ? undefined : ONLY_OPERATORS}
            isCurrent={index === 0}
          />
        </div>
      ))}
      <div className="grid gap-4 p-3 md:p-4 lg:grid-cols-[minmax(0,2fr)_minmax(0,3fr)]">
        <div className="order-2 min-w-0 lg:order-1">
          <JobTimeline job={job} />
        </div>
        <div className="order-1 min-w-0 space-y-4 lg:order-2">
          <JobTexts jobId={job.job_id} isSettled={job.settled_at !== null} />
          <JobFacts job={job} sessionName={sessionName} />
        </div>
      </div>
    </Page>
  );
}
