import type { AttemptView, JobView } from '../../../src/contract/index.ts';

export type PhaseName = 'queued' | 'start' | 'deliver' | 'work';

export interface Phase {
  readonly name: PhaseName;
  /** Wall time in ms. */
  readonly from: number;
  readonly to: number;
  /** It goes on; `to` is now. */
  readonly isOpen: boolean;
}

export interface Lane {
  readonly attempt: AttemptView | undefined;
  readonly phases: readonly Phase[];
}

export interface Waterfall {
  readonly from: number;
  readonly to: number;
  readonly lanes: readonly Lane[];
}

type Job = Pick<JobView, 'created_at' | 'settled_at'> & {
  readonly attempt_list: readonly AttemptView[];
};

/**
 * Lay out what took how long: before each attempt the time in the queue, then the agent's start,
 * the delivery of the instruction, and its work.
 */
export function layOutWaterfall(job: Job, now: number): Waterfall {
  const from = Date.parse(job.created_at);
  const isOver = job.settled_at !== null;
  const end = job.settled_at === null ? now : Date.parse(job.settled_at);
  let freeAt = from;
  const lanes = job.attempt_list.map((attempt): Lane => {
    const startedAt = Date.parse(attempt.started_at);
    const endedAt = timeOf(attempt.ended_at);
    const queued = phase('queued', freeAt, startedAt, startedAt);
    freeAt = endedAt ?? end;
    return { attempt, phases: [...queued, ...phasesOf(attempt, endedAt, end)] };
  });
  const isWaiting = !isOver && job.attempt_list.every(({ ended_at: at }) => at !== null);
  const waiting: Lane[] = isWaiting
    ? [{ attempt: undefined, phases: phase('queued', freeAt, undefined, end) }]
    : [];
  return { from, to: Math.max(end, from + 1), lanes: [...lanes, ...waiting] };
}

function phasesOf(attempt: AttemptView, endedAt: number | undefined, now: number): Phase[] {
  const startedAt = Date.parse(attempt.started_at);
  const readyAt = timeOf(attempt.ready_at);
  const deliveredAt = timeOf(attempt.delivered_at);
  return [
    ...phase('start', startedAt, readyAt ?? endedAt, now),
    ...(readyAt === undefined ? [] : phase('deliver', readyAt, deliveredAt ?? endedAt, now)),
    ...(deliveredAt === undefined ? [] : phase('work', deliveredAt, endedAt, now)),
  ];
}

function phase(name: PhaseName, from: number, to: number | undefined, now: number): Phase[] {
  const end = to ?? Math.max(now, from);
  return end < from ? [] : [{ name, from, to: end, isOpen: to === undefined }];
}

function timeOf(text: string | null): number | undefined {
  return text === null ? undefined : Date.parse(text);
}
