import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { App, Job, StoredEvent } from '../src/app/index.ts';
import { findByEnvironment } from '../src/base/index.ts';
import { readIfThere, readSubmits } from './read-submits.ts';

export interface Invariant {
  readonly name: string;
  /** How many things were looked at. */
  readonly checked: number;
  /** Each violation in one line. */
  readonly broken: readonly string[];
}

interface Seen {
  readonly app: App;
  readonly jobs: readonly Job[];
}

const settled = ['succeeded', 'failed', 'cancelled', 'expired', 'skipped'];

/** Check the invariants I1 to I5 of the fault matrix on what is left of a run. */
export async function checkInvariants(seen: Seen): Promise<readonly Invariant[]> {
  return [
    await submittedOnce(seen),
    await wonOnce(seen),
    await acceptedFromWinner(seen),
    await nothingLeft(seen),
    await replayed(seen),
  ];
}

export async function allJobs(app: App): Promise<readonly Job[]> {
  const jobs: Job[] = [];
  let cursor: string | undefined;
  do {
    const page = await app.listJobs({ limit: 500, cursor });
    jobs.push(...page.items);
    cursor = page.next;
  } while (cursor !== undefined);
  return jobs;
}

/** No prompt was submitted twice, and every job came to an end that is written down. */
async function submittedOnce({ app, jobs }: Seen): Promise<Invariant> {
  const broken: string[] = [];
  let checked = 0;
  for (const job of jobs) {
    if (!settled.includes(job.status)) broken.push(`${job.id} is ${job.status}`);
    const submits = await readSubmits(await directoryOf(app, job));
    for (const attempt of await app.listAttempts(job.id)) {
      checked += 1;
      const own = submits.filter((text) => text.includes(attempt.nonce) && isInstruction(text));
      if (own.length > 1) broken.push(`${job.id}.${attempt.number} submitted ${own.length} times`);
      const mixed = own.filter((text) => text.split('Read the file').length > 2);
      if (mixed.length > 0) broken.push(`${job.id}.${attempt.number} was merged with another`);
      if (attempt.outcome === 'succeeded' && own.length === 0) {
        broken.push(`${job.id}.${attempt.number} succeeded without a submit`);
      }
    }
  }
  return { name: 'I1 each prompt submitted once, each job ended', checked, broken };
}

/** A reminder carries the nonce as well. */
function isInstruction(text: string): boolean {
  return text.includes('Read the file');
}

async function directoryOf(app: App, job: Job): Promise<string> {
  return job.directory ?? join((await app.getSession(job.sessionId)).dir, 'source');
}

async function wonOnce({ app, jobs }: Seen): Promise<Invariant> {
  const broken: string[] = [];
  for (const { id, status } of jobs) {
    const attempts = await app.listAttempts(id);
    const winners = attempts.filter(({ outcome }) => outcome === 'succeeded').length;
    const wanted = status === 'succeeded' ? 1 : 0;
    if (winners !== wanted) broken.push(`${id} is ${status} with ${winners} winning attempts`);
  }
  return { name: 'I2 at most one attempt wins', checked: jobs.length, broken };
}

async function acceptedFromWinner({ app, jobs }: Seen): Promise<Invariant> {
  const broken: string[] = [];
  const done = jobs.filter(({ status }) => status === 'succeeded');
  for (const { id, outputPath } of done) {
    const winner = (await app.listAttempts(id)).find(({ outcome }) => outcome === 'succeeded');
    const source = winner && join(winner.exchangeDir, `output-${winner.nonce}.md`);
    const [accepted, written] = await Promise.all([digest(outputPath), digest(source)]);
    if (accepted === undefined) broken.push(`${id} has no output file`);
    else if (accepted !== written) broken.push(`${id}: its output is not its winner's`);
  }
  const late = jobs.filter(({ status, outputPath }) => status !== 'succeeded' && outputPath);
  broken.push(...late.map(({ id, status }) => `${id} is ${status} and has an output`));
  return { name: "I3 the output is the winner's", checked: done.length, broken };
}

async function digest(path: string | undefined): Promise<string | undefined> {
  if (path === undefined) return undefined;
  const content = await readIfThere(path);
  return content && createHash('sha256').update(content).digest('hex');
}

async function nothingLeft({ app, jobs }: Seen): Promise<Invariant> {
  const broken: string[] = [];
  let checked = 0;
  for (const { id } of jobs) {
    for (const { runId, number } of await app.listAttempts(id)) {
      checked += 1;
      const left = findByEnvironment('TMUX_BUILDER_RUN', runId).map(({ pid }) => pid);
      if (left.length > 0) broken.push(`${id}.${number}: processes ${left.join(', ')} live`);
    }
  }
  return { name: 'I4 no process of ours is left', checked, broken };
}

/** Fold a job's events: what they say has to be what its row says. */
async function replayed({ app, jobs }: Seen): Promise<Invariant> {
  const broken: string[] = [];
  for (const job of jobs) {
    const replay = fold(await app.listJobEvents(job.id));
    if (replay.status !== job.status) {
      broken.push(`${job.id} is ${job.status}; its events say ${replay.status}`);
    }
    if (replay.attempts !== job.attempts) {
      broken.push(`${job.id} made ${job.attempts} attempts; its events say ${replay.attempts}`);
    }
    if (replay.settled !== 1) broken.push(`${job.id} was settled ${replay.settled} times`);
  }
  return { name: 'I5 the events give the state', checked: jobs.length, broken };
}

interface Replay {
  readonly status: string;
  readonly attempts: number;
  readonly settled: number;
}

function fold(events: readonly StoredEvent[]): Replay {
  return events.reduce<Replay>(
    (replay, { kind, data }) => {
      switch (kind) {
        case 'job.queued':
        case 'job.requeued':
          return { ...replay, status: 'queued' };
        case 'attempt.started':
          return { ...replay, status: 'leased', attempts: Number(data['attempt']) };
        case 'attempt.agent-started':
          return { ...replay, status: 'running' };
        case 'job.settled':
          return { ...replay, status: String(data['status']), settled: replay.settled + 1 };
        default:
          return replay;
      }
    },
    { status: 'none', attempts: 0, settled: 0 },
  );
}
