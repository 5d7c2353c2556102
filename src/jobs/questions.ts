import type { Answer, Dialog } from '../agents/index.ts';
import { CodedError } from '../base/index.ts';
import { type Visibility, visibleCondition } from '../sessions/index.ts';
import type { Row, Sql, SqlValue, Store, WriteSql } from '../store/index.ts';
import { integer, optionalInteger, optionalText, text } from './job-rows.ts';
import type { Lease } from './lease.ts';
import { answersTo } from './parse-answer.ts';

/** What an agent asks a person, from when it asks until it no longer does. Times are wall ms. */
export interface Question {
  readonly id: string;
  readonly jobId: string;
  readonly attempt: number;
  readonly askedAt: number;
  /** As in `Dialog`. */
  readonly kind: string;
  readonly question: string;
  readonly choices: readonly string[];
  /** The hook that waits for the answer; undefined where it is given by keys. */
  readonly reply: string | undefined;
  readonly tool: string | undefined;
  readonly subject: string | undefined;
  readonly answer: Answer | undefined;
  /** A person's name, `person`, or `terminal` when it was answered at the agent's own terminal. */
  readonly answeredBy: string | undefined;
  readonly answeredAt: number | undefined;
  readonly closedAt: number | undefined;
}

/** Longest text of a subject that is kept: a command may be a whole program. */
const LONGEST_SUBJECT = 8_192;

/** Write down that an agent asks, unless that is known; the caller holds the lease. */
export async function openQuestion(
  sql: WriteSql,
  { job, attempt }: Lease,
  { dialog, id, at }: { readonly dialog: Dialog; readonly id: string; readonly at: number },
): Promise<Question> {
  const { kind, question, choices, tool, reply } = dialog;
  const [row] = await sql.all(
    `INSERT INTO questions (id, job_id, attempt, asked_at, kind, question, choices, reply, tool, subject)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) RETURNING *`,
    [
      id,
      job.id,
      attempt.number,
      at,
      kind,
      question,
      JSON.stringify(choices),
      reply ?? null,
      tool?.name ?? null,
      tool?.subject.slice(0, LONGEST_SUBJECT) ?? null,
    ],
  );
  if (row === undefined) throw new Error('INSERT ... RETURNING gave no row');
  const opened = toQuestion(row);
  await sql.append({ stream: job.id, kind: 'attempt.asking', at, data: factsOf(opened) });
  return opened;
}

/** What the events of a question tell. */
export function factsOf(question: Question): Readonly<Record<string, unknown>> {
  const { attempt, id, kind, choices, tool, subject } = question;
  const asked = { question_id: id, kind, question: question.question, choices };
  return { attempt, ...asked, answers: answersTo(question), tool, subject };
}

/** Write down that an agent no longer asks. Without an answer it was given in the terminal. */
export async function closeQuestion(
  sql: WriteSql,
  question: Question,
  { at, isAnswered }: { readonly at: number; readonly isAnswered: boolean },
): Promise<void> {
  const [row] = await sql.all(
    `UPDATE questions SET closed_at = $1, answered_at = COALESCE(answered_at, $2),
       answered_by = COALESCE(answered_by, $3) WHERE id = $4 AND closed_at IS NULL RETURNING *`,
    [at, isAnswered ? at : null, isAnswered ? 'terminal' : null, question.id],
  );
  if (row === undefined || !isAnswered) return;
  const { answeredBy: by, answer } = toQuestion(row);
  const data = { ...factsOf(question), by, answer };
  await sql.append({ stream: question.jobId, kind: 'attempt.answered', at, data });
}

/** Take an answer back that could not be given, so that the question can be answered again. */
export async function reopenQuestion(sql: WriteSql, question: Question): Promise<void> {
  await sql.run(
    `UPDATE questions SET answer = NULL, answered_at = NULL, answered_by = NULL
     WHERE id = $1 AND closed_at IS NULL`,
    [question.id],
  );
}

/** The question that an attempt asked last and that is not closed. */
export async function findOpenQuestion(
  sql: Sql,
  { job, attempt }: Lease,
): Promise<Question | undefined> {
  const [row] = await sql.all(
    `SELECT * FROM questions WHERE job_id = $1 AND attempt = $2 AND closed_at IS NULL
     ORDER BY asked_at DESC, id DESC LIMIT 1`,
    [job.id, attempt.number],
  );
  return row && toQuestion(row);
}

/** What waits for a person now, the oldest first: all of it, or that of one job. */
export async function listQuestions(
  store: Store,
  jobId: string | undefined,
  signal: AbortSignal,
): Promise<readonly Question[]> {
  const [which, values] = jobId === undefined ? ['', []] : ['AND job_id = $1', [jobId]];
  const rows = await store.read(
    async (sql) =>
      await sql.all(
        `SELECT * FROM questions WHERE ${waiting} ${which} ORDER BY asked_at, id LIMIT ${MOST}`,
        values,
      ),
    signal,
  );
  return rows.map(toQuestion);
}

/** A question with whose it is. */
export interface SeenQuestion extends Question {
  readonly sessionId: string;
  readonly jobTitle: string;
}

/** The same of everything that somebody may see. */
export async function listSeenQuestions(
  store: Store,
  visibleTo: Visibility,
  signal: AbortSignal,
): Promise<readonly SeenQuestion[]> {
  const values: SqlValue[] = [];
  const add = (value: SqlValue): string => `$${values.push(value)}`;
  const visible = visibleCondition(visibleTo, { column: 'owner.session_id' }, add);
  const rows = await store.read(
    async (sql) =>
      await sql.all(
        `SELECT questions.*, owner.session_id AS session_id, owner.title AS title
         FROM questions JOIN jobs owner ON owner.id = questions.job_id
         WHERE ${waiting} ${visible === undefined ? '' : `AND ${visible}`}
         ORDER BY asked_at, questions.id LIMIT ${MOST}`,
        values,
      ),
    signal,
  );
  return rows.map((row) => ({
    ...toQuestion(row),
    sessionId: text(row, 'session_id'),
    jobTitle: text(row, 'title'),
  }));
}

/** More than any person reads. */
const MOST = 1_000;

/** Its attempt is the one that its job makes now, and nobody has answered it. */
export const waiting = `closed_at IS NULL AND answer IS NULL AND EXISTS (
  SELECT 1 FROM jobs WHERE jobs.id = questions.job_id AND jobs.attempts = questions.attempt
    AND jobs.status IN ('leased', 'running'))`;

/**
 * Write an answer down; the worker that holds the job gives it to the agent, once. The first one
 * counts.
 *
 * @throws {CodedError} `job.no-such-question`, `job.answered-before`.
 */
export async function answerQuestion(
  store: Store,
  { id, answer, by, at }: GivenAnswer,
  signal: AbortSignal,
): Promise<Question> {
  return await store.write(async (sql) => {
    const [row] = await sql.all(
      `UPDATE questions SET answer = $1, answered_by = $2, answered_at = $3
       WHERE id = $4 AND ${waiting} RETURNING *`,
      [JSON.stringify(answer), by, at, id],
    );
    if (row !== undefined) return toQuestion(row);
    const [before] = await sql.all('SELECT * FROM questions WHERE id = $1', [id]);
    if (before === undefined) throw noSuchQuestion(id);
    throw answeredBefore(toQuestion(before));
  }, signal);
}

export interface GivenAnswer {
  readonly id: string;
  readonly answer: Answer;
  readonly by: string;
  readonly at: number;
}

export async function getQuestion(
  store: Store,
  id: string,
  signal: AbortSignal,
): Promise<Question> {
  return await store.read(async (sql) => await getQuestionIn(sql, id), signal);
}

/** @throws {CodedError} `job.no-such-question`. */
export async function getQuestionIn(sql: Sql, id: string): Promise<Question> {
  const [row] = await sql.all('SELECT * FROM questions WHERE id = $1', [id]);
  if (row === undefined) throw noSuchQuestion(id);
  return toQuestion(row);
}

function noSuchQuestion(id: string): CodedError {
  return new CodedError('job.no-such-question', `There is no question ${id}.`, {
    facts: { questionId: id },
    todo: 'List what waits for an answer: tmux-builder asking',
  });
}

function answeredBefore({ id, answeredBy, answeredAt, jobId }: Question): CodedError {
  const how = answeredBy === undefined ? 'is closed' : `was answered before, by ${answeredBy}`;
  return new CodedError('job.answered-before', `Question ${id} ${how}.`, {
    facts: { questionId: id, by: answeredBy, at: answeredAt },
    todo: `See what the job does now: tmux-builder job show ${jobId}`,
  });
}

/** Read a row of `questions`. */
export function toQuestion(row: Row): Question {
  const answer = optionalText(row, 'answer');
  return {
    id: text(row, 'id'),
    jobId: text(row, 'job_id'),
    attempt: integer(row, 'attempt'),
    askedAt: integer(row, 'asked_at'),
    kind: text(row, 'kind'),
    question: text(row, 'question'),
    choices: JSON.parse(text(row, 'choices')),
    reply: optionalText(row, 'reply'),
    tool: optionalText(row, 'tool'),
    subject: optionalText(row, 'subject'),
    answer: answer === undefined ? undefined : JSON.parse(answer),
    answeredBy: optionalText(row, 'answered_by'),
    answeredAt: optionalInteger(row, 'answered_at'),
    closedAt: optionalInteger(row, 'closed_at'),
  };
}
