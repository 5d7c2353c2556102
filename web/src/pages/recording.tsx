import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { jobQuery } from '../api/jobs.ts';
import { castHref, castQuery, recordingQuery } from '../api/recordings.ts';
import { Page } from '../layout/page.tsx';
import { PageError } from '../layout/page-error.tsx';
import { PlayerView } from './recording/player-view.tsx';

export function RecordingPage() {
  const { jobId, attempt } = useParams({ from: '/shell/recordings/$jobId/$attempt' });
  const number = Number(attempt);
  const { data: job } = useQuery(jobQuery(jobId));
  const { data: facts } = useQuery(recordingQuery(jobId, number));
  const { data: text, error, refetch } = useQuery(castQuery(jobId, number));
  return (
    <Page
      title={`${job?.title ?? jobId}, attempt ${attempt}`}
      actions={
        <>
          {facts === undefined ? null : (
            <span className="text-sm text-muted">
              {new Date(facts.started_at).toLocaleString()}
            </span>
          )}
          <Link
            to="/jobs/$jobId"
            params={{ jobId }}
            className="inline-flex min-h-8 items-center px-2 text-accent hover:underline"
          >
            Job
          </Link>
          <a
            href={castHref(jobId, number)}
            download={`${jobId}.${attempt}.cast`}
            className="inline-flex min-h-8 items-center rounded-md border border-line bg-raised px-3 text-sm font-medium hover:border-muted"
          >
            Download .cast
          </a>
        </>
      }
    >
      {facts?.timed === false ? (
        <p className="px-4 pt-4 text-muted">
          Its times are not known: the machine that recorded it had no Perl.
        </p>
      ) : null}
      {(facts?.dropped_bytes ?? 0) > 0 ? (
        <p className="px-4 pt-4 text-muted">Its beginning gave way to newer output.</p>
      ) : null}
      {error === null ? null : <PageError error={error} reset={() => void refetch()} />}
      {text === undefined && error === null ? (
        <p role="status" className="p-4 text-muted">
          Reading the recording…
        </p>
      ) : null}
      {text === undefined ? null : <PlayerView text={text} />}
    </Page>
  );
}
