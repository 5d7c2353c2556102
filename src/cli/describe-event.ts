import type { StoredEvent } from '../app/index.ts';
import { formatClock, formatDuration } from './duration.ts';
import { oneLine } from './text-width.ts';

/** What a job's events have said so far, as far as people want to know. */
export interface JobProgress {
  /** What it does now, to follow the job's id: `working`. */
  readonly doing: string;
  readonly attempt: number;
  /** What its agent asks a person, and what can be answered; undefined when it does not ask. */
  readonly question: AskedQuestion | undefined;
}

export interface AskedQuestion {
  readonly id: string;
  readonly text: string;
  /** What can be answered, as one line; empty where something is to be typed. */
  readonly answers: string;
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
      const question = {
        id: text('question_id', ''),
        text: text('question', 'something'),
        answers: text('answers', ''),
      };
      return { doing: `asks: ${question.text}`, attempt, question };
    }
    case 'attempt.stalled':
    case 'attempt.nudged':
    case 'attempt.interrupted':
      return now(text('detail', 'interrupted'));
    case 'job.cancel-requested':
      return now('cancelling');
    case 'job.requeued': {
      const runAt = Number(event.data['run_at'] ?? event.at);
      if (event.data['reason'] === 'quota') return now(waitingForLimit(runAt, event.at));
      const pause = Math.max(0, runAt - event.at);
      const reason = text('error_code', 'unknown');
      return now(`failed (${reason}), tried again in ${formatDuration(pause)}`);
    }
    case 'job.settled':
      return now(text('status', 'settled'));
    default:
      return before;
  }
}

export function waitingForLimit(until: number, now: number): string {
  return `waits for the usage limit until ${formatClock(until, now)}`;
}

/** The command that answers a question, as lines to print. */
export function howToAnswer(
  jobId: string,
  { id, answers }: Pick<AskedQuestion, 'id' | 'answers'>,
): readonly string[] {
  if (answers === '') return [`  -> Answer it: tmux-builder job attach ${jobId} --write`];
  return [`  -> Answer it: tmux-builder job answer ${id} ANSWER`, `     with ${answers}`];
}
