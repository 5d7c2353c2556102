import type { StoredEvent } from '../app/index.ts';
import { formatDuration } from './duration.ts';
import { oneLine } from './text-width.ts';

/** What a job's events have said so far, as far as people want to know. */
export interface JobProgress {
  /** What it does now, to follow the job's id: `working`. */
  readonly doing: string;
  readonly attempt: number;
  /** What its agent asks a person; undefined when it does not. */
  readonly question: string | undefined;
}

export const nothingYet: JobProgress = { doing: 'queued', attempt: 0, question: undefined };

/** Take one event in; an event that people need not know of changes nothing. */
export function advance(before: JobProgress, event: StoredEvent): JobProgress {
  const attempt = Number(event.data['attempt'] ?? before.attempt);
  const text = (name: string, otherwise: string): string => {
    const value = event.data[name];
    return typeof value === 'string' ? oneLine(value) : otherwise;
  };
  const now = (doing: string): JobProgress => ({ doing, attempt, question: undefined });
  switch (event.kind) {
    case 'job.queued':
    case 'job.retried':
      return now('queued');
    case 'attempt.started':
      return now('starting');
    case 'attempt.taken-over':
      return now('taken over from a worker that stopped');
    case 'attempt.agent-started':
      return now('waiting until the agent is ready');
    case 'attempt.delivering':
      return now('handing over the prompt');
    case 'attempt.busy':
    case 'attempt.answered':
      return now('working');
    case 'attempt.asking': {
      const question = text('question', 'something');
      return { doing: `asks: ${question}`, attempt, question };
    }
    case 'job.cancel-requested':
      return now('cancelling');
    case 'job.requeued': {
      const pause = Math.max(0, Number(event.data['run_at'] ?? event.at) - event.at);
      const reason = text('error_code', 'unknown');
      return now(`failed (${reason}), tried again in ${formatDuration(pause)}`);
    }
    case 'job.settled':
      return now(text('status', 'settled'));
    default:
      return before;
  }
}
