import { CodedError } from '../base/index.ts';
import {
  answerQuestion,
  getJob,
  getQuestion,
  listQuestions,
  parseAnswer,
  type Question,
} from '../jobs/index.ts';
import type { AppContext } from './context.ts';

export interface AnswerInput {
  /** `allow`, `deny`, a choice's number or text, or words; one for each question asked at once. */
  readonly answer: readonly string[];
  /** Why it is refused, for the agent. */
  readonly message?: string | undefined;
  /** Name of who answers; left out: `person`. */
  readonly by?: string | undefined;
}

/** What waits for a person now, the oldest first: of all jobs, or of one. */
export async function openQuestions(
  { store }: Pick<AppContext, 'store'>,
  jobId: string | undefined,
  signal: AbortSignal,
): Promise<readonly Question[]> {
  const job = jobId === undefined ? undefined : await getJob(store, jobId, signal);
  return await listQuestions(store, job?.id, signal);
}

/**
 * Answer what an agent asks. The worker that holds the job carries it out.
 *
 * @param id of a question, or of a job: then whatever that one asks now is answered.
 * @throws {CodedError} `job.not-asking`, `job.no-such-question`, `job.bad-answer`, and
 * `job.answered-before` when somebody else was quicker.
 */
export async function answerAgent(
  ctx: Pick<AppContext, 'store' | 'clock'>,
  id: string,
  { answer: words, message, by = 'person' }: AnswerInput,
  signal: AbortSignal,
): Promise<Question> {
  const question = await getAsked(ctx, id, signal);
  const answer = parseAnswer(words, message, question);
  const given = { id: question.id, answer, by, at: ctx.clock.now() };
  return await answerQuestion(ctx.store, given, signal);
}

/** A question by its id, or what a job asks now; for errors see `answerAgent`. */
export async function getAsked(
  { store }: Pick<AppContext, 'store'>,
  questionOrJobId: string,
  signal: AbortSignal,
): Promise<Question> {
  if (questionOrJobId.startsWith('qst_')) return await getQuestion(store, questionOrJobId, signal);
  const { id, status } = await getJob(store, questionOrJobId, signal);
  const [question] = await listQuestions(store, id, signal);
  if (question !== undefined) return question;
  throw new CodedError('job.not-asking', `Job ${id} is ${status} and asks nothing now.`, {
    facts: { jobId: id, status },
    todo: 'List what waits for an answer: tmux-builder asking',
  });
}
