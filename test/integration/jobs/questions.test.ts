import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Agent, AgentState, Answer, Dialog } from '../../../src/agents/index.ts';
import {
  CodedError,
  FakeClock,
  randomIds,
  silentLog,
  systemClock,
} from '../../../src/base/index.ts';
import { answerQuestion, listQuestions } from '../../../src/jobs/index.ts';
import { claimNext, type Lease } from '../../../src/jobs/lease.ts';
import { QuestionDesk } from '../../../src/jobs/question-desk.ts';
import { type Harness, never, openHarness } from './harness.ts';

const evidence = { source: 'hook', at: 0, detail: '' } as const;
const busy: AgentState = { kind: 'busy', evidence };
const exited: AgentState = { kind: 'exited', exit: { kind: 'unknown' }, evidence };

function dialogOf(more: Partial<Dialog> = {}): Dialog {
  const tool = { name: 'Bash', subject: 'npm test' };
  return { kind: 'permission', question: 'Bash: npm test', choices: ['Yes', 'No'], tool, ...more };
}

function asking(more: Partial<Dialog> = {}): AgentState {
  return { kind: 'asking', dialog: dialogOf(more), evidence };
}

/** An agent that only asks: it goes on once it was answered, unless it cannot be. */
class AskingAgent {
  state: AgentState = { kind: 'starting', evidence };
  readonly answers: Answer[] = [];
  canAnswer = true;
  readonly #listeners = new Set<(state: AgentState) => void>();

  watch(listener: (state: AgentState) => void): Disposable {
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) };
  }

  become(state: AgentState): void {
    this.state = state;
    for (const listener of this.#listeners) listener(state);
  }

  async answer(answer: Answer): Promise<void> {
    this.answers.push(answer);
    if (!this.canAnswer) throw new CodedError('agent.blocked', 'It stays.', { facts: {} });
    this.become(busy);
  }
}

let harness: Harness;
let lease: Lease;
let agent: AskingAgent;
let clock: FakeClock;
let desks: DisposableStack;
const ids = randomIds(systemClock);

beforeEach(async () => {
  harness = await openHarness();
  await harness.add('job_1');
  lease = await claim('wkr_1');
  agent = new AskingAgent();
  clock = new FakeClock(systemClock.now());
  desks = new DisposableStack();
});

afterEach(async () => {
  desks.dispose();
  await harness[Symbol.asyncDispose]();
});

async function claim(workerId: string): Promise<Lease> {
  const limits = { concurrency: 9, sessionConcurrency: undefined };
  const place = () => ({ exchangeDir: '/nowhere', socketPath: '/nowhere/s' });
  const now = systemClock.now();
  const wish = { workerId, now, leaseMs: 60_000, limits, only: undefined, place };
  const found = await claimNext(harness.store, wish, ids, never);
  return found ?? expect.fail('nothing to claim');
}

function openDesk(of: Lease = lease): QuestionDesk {
  const tools = { store: harness.store, clock, log: silentLog, ids };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as much as a desk uses
  return desks.use(new QuestionDesk(agent as unknown as Agent, of, tools));
}

async function open() {
  return await listQuestions(harness.store, undefined, never);
}

/** Resolves once it holds, looking after every commit. */
async function until<T>(read: () => Promise<T>, holds: (value: T) => boolean): Promise<T> {
  for (;;) {
    const { promise, resolve } = Promise.withResolvers<void>();
    using _watch = harness.store.watch(resolve);
    const value = await read();
    if (holds(value)) return value;
    await promise;
  }
}

async function untilAsked(count = 1) {
  return await until(open, ({ length }) => length === count);
}

async function events(kind: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const all = await harness.store.events('job_1', 0, 100, never);
  return all.flatMap((event) => (event.kind === kind ? [event.data] : []));
}

/** Let a dialog stand long enough: beside the desk's sweep there is then a timer for it. */
async function stand(): Promise<void> {
  await expect.poll(() => clock.pending, { interval: 1 }).toBeGreaterThan(1);
  await clock.advance(1_000);
}

async function give(id: string, answer: Answer) {
  return await answerQuestion(harness.store, { id, answer, by: 'person', at: clock.now() }, never);
}

test('an answer that is written down is given to the agent once', async () => {
  openDesk();
  agent.become(asking({ reply: 'r1' }));
  const [question] = await untilAsked();

  await give(question?.id ?? '', { kind: 'allow' });
  const [answered] = await until(async () => await events('attempt.answered'), one);

  expect(question).toMatchObject({
    jobId: 'job_1',
    tool: 'Bash',
    subject: 'npm test',
    reply: 'r1',
  });
  expect(agent.answers).toEqual([{ kind: 'allow' }]);
  expect(answered).toMatchObject({ by: 'person', answer: { kind: 'allow' } });
  await expect(give(question?.id ?? '', { kind: 'deny' })).rejects.toMatchObject({
    code: 'job.answered-before',
    message: expect.stringContaining('by person'),
  });
});

test('a question that was answered elsewhere is closed, and says so', async () => {
  openDesk();
  agent.become(asking({ reply: 'r1' }));
  const [question] = await untilAsked();

  agent.become(busy);
  const [answered] = await until(async () => await events('attempt.answered'), one);

  expect(answered).toMatchObject({ by: 'terminal', question_id: question?.id });
  expect(await open()).toEqual([]);
  await expect(give(question?.id ?? '', { kind: 'deny' })).rejects.toMatchObject({
    message: expect.stringContaining('by terminal'),
  });
});

test('the end of an agent answers nothing', async () => {
  openDesk();
  agent.become(asking({ reply: 'r1' }));
  await untilAsked();

  agent.become(exited);
  await untilAsked(0);

  expect(await events('attempt.answered')).toEqual([]);
});

test('whoever takes over goes on with the same question, and with its answer', async () => {
  const before = openDesk();
  agent.become(asking({ reply: 'r1' }));
  const [question] = await untilAsked();
  before[Symbol.dispose]();
  await give(question?.id ?? '', { kind: 'allow' });

  agent.state = { kind: 'starting', evidence };
  openDesk();
  agent.become(asking({ reply: 'r1' }));
  await until(async () => await events('attempt.answered'), one);

  expect(agent.answers).toEqual([{ kind: 'allow' }]);
  expect(await events('attempt.asking')).toHaveLength(1);
});

test('whoever lost the job writes nothing and answers nothing', async () => {
  openDesk();
  agent.become(asking({ reply: 'r1' }));
  const [question] = await untilAsked();
  await harness.store.write(
    async (sql) => await sql.run(`UPDATE jobs SET lease_worker = 'wkr_2' WHERE id = 'job_1'`),
    never,
  );

  agent.become(asking({ reply: 'r2' }));
  const next = { ...lease, workerId: 'wkr_2' };
  const other = new AskingAgent();
  agent = other;
  openDesk(next);
  other.become(busy);
  await untilAsked(0);

  expect(await events('attempt.asking')).toHaveLength(1);
  expect(await events('attempt.answered')).toMatchObject([{ question_id: question?.id }]);
});

test('a dialog that its hook tells of a moment later is one question', async () => {
  openDesk();
  agent.become(asking());
  agent.become(asking({ reply: 'r1' }));
  await untilAsked();
  await stand();

  expect(await untilAsked()).toMatchObject([{ reply: 'r1' }]);
  expect(await events('attempt.asking')).toHaveLength(1);
});

test('a dialog without a hook is a question once it has stood', async () => {
  openDesk();
  agent.become(asking({ tool: undefined }));
  await stand();

  expect(await untilAsked()).toMatchObject([{ reply: undefined, tool: undefined }]);
});

test('an answer that could not be given can be given again', async () => {
  openDesk();
  agent.canAnswer = false;
  agent.become(asking());
  await stand();
  const [question] = await untilAsked();
  await give(question?.id ?? '', { kind: 'choice', choice: 1 });
  const [failed] = await until(async () => await events('attempt.not-answered'), one);
  expect(failed).toMatchObject({ question_id: question?.id, message: 'It stays.' });

  agent.canAnswer = true;
  await give(question?.id ?? '', { kind: 'choice', choice: 0 });
  await until(async () => await events('attempt.answered'), one);

  expect(agent.answers).toEqual([
    { kind: 'choice', choice: 1 },
    { kind: 'choice', choice: 0 },
  ]);
});

test('nothing of a job that has ended waits for anybody', async () => {
  openDesk();
  agent.become(asking({ reply: 'r1' }));
  const [question] = await untilAsked();
  await harness.store.write(
    async (sql) => await sql.run(`UPDATE jobs SET attempts = 2 WHERE id = 'job_1'`),
    never,
  );

  expect(await open()).toEqual([]);
  await expect(give(question?.id ?? '', { kind: 'allow' })).rejects.toMatchObject({
    code: 'job.answered-before',
  });
});

function one(found: readonly unknown[]): boolean {
  return found.length === 1;
}
