import { readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { z } from 'zod';
import { CodedError, systemCode, writeFileAtomic } from '../../base/index.ts';
import type { Artefact } from '../execution.ts';
import type { TaskName } from '../role-file.ts';
import { getRole } from '../roles.ts';
import type { StepContext } from '../step-work.ts';
import { listUploads } from './list-uploads.ts';
import { type Given, writePrompt, writeRepairPrompt } from './prompt.ts';
import { type Issue, type ReadAnswer, readAnswer } from './read-answer.ts';

export interface AgentRequest<T> {
  readonly task: TaskName;
  /** Names the request within the step for ever. */
  readonly key: string;
  readonly role: string;
  readonly order: string;
  readonly given: readonly Given[];
  readonly schema: z.ZodType<T>;
  /** What else has to be so, besides the schema; what it returns is wrong. */
  readonly check?: (answer: T, signal: AbortSignal) => Promise<readonly Issue[]>;
  /** Of the error when `check` still finds something in the second answer; left out: `site.bad-answer`. */
  readonly checkCode?: 'site.bad-source';
}

/**
 * Ask the site's agent for a structured answer. One that is wrong is given back to it once, with
 * what is wrong. Asked again after a crash it is the same jobs: a prompt is written down before it
 * is asked, and not written anew from files that may have changed since.
 *
 * @throws {CodedError} `site.impossible` with the agent's reason; `site.bad-answer` or
 * `site.bad-source` when the second answer is wrong, too; `site.bad-role`; what `ctx.ask` throws.
 */
export async function askAgent<T>(
  ctx: StepContext,
  request: AgentRequest<T>,
  signal: AbortSignal,
): Promise<T> {
  const uploads = await listUploads(ctx.session.dir);
  const prompt = await keptPrompt(ctx, request.key, async () => {
    const siteType = ctx.site.spec.type;
    const used = await getRole(request.role, { task: request.task, siteType }, ctx.roleDirs);
    return writePrompt({ ...request, used, siteType, uploads });
  });
  const first = await askOnce(ctx, { key: request.key, prompt, files: uploads }, request, signal);
  if (first.kind === 'good') return first.value;
  ctx.log(`The answer cannot be used yet: ${first.issues.map(tell).join('; ')}`);
  const key = `${request.key}.repair`;
  const repairPrompt = await keptPrompt(ctx, key, async () =>
    writeRepairPrompt(prompt, first.output, first.issues),
  );
  const task = { key, prompt: repairPrompt, files: uploads };
  const second = await askOnce(ctx, task, request, signal);
  if (second.kind === 'good') return second.value;
  throw wrongAgain(request, second);
}

/** Write what an agent answered into the step's directory, for people and for later steps. */
export async function keepAnswer(
  { dir, session }: StepContext,
  name: string,
  value: unknown,
): Promise<Artefact> {
  const path = join(dir, name);
  await writeFileAtomic(path, `${JSON.stringify(value, undefined, 2)}\n`, { durable: true });
  return { name, kind: 'json', path: relative(session.dir, path) };
}

interface Bad {
  readonly kind: 'bad';
  readonly issues: readonly Issue[];
  readonly output: string;
  readonly jobId: string;
  readonly isOfCheck: boolean;
}

// oxlint-disable-next-line max-params -- who asks, what, how it is judged, until when
async function askOnce<T>(
  ctx: StepContext,
  task: Parameters<StepContext['ask']>[0],
  { schema, check, task: name }: AgentRequest<T>,
  signal: AbortSignal,
): Promise<Extract<ReadAnswer<T>, { kind: 'good' }> | Bad> {
  const { jobId, output } = await ctx.ask(task, signal);
  const read = readAnswer(output, schema);
  if (read.kind === 'impossible') throw impossible(name, read.reason, jobId);
  if (read.kind === 'bad') return { ...read, output, jobId, isOfCheck: false };
  const issues = (await check?.(read.value, signal)) ?? [];
  return issues.length === 0 ? read : { kind: 'bad', issues, output, jobId, isOfCheck: true };
}

async function keptPrompt(
  { dir }: StepContext,
  key: string,
  write: () => Promise<string>,
): Promise<string> {
  const path = join(dir, `${key}.prompt.md`);
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error;
  }
  const prompt = await write();
  await writeFileAtomic(path, prompt, { durable: true });
  return prompt;
}

function impossible(task: TaskName, reason: string, jobId: string): CodedError {
  return new CodedError('site.impossible', `The agent says that it cannot be done: ${reason}`, {
    facts: { task, reason, jobId },
    todo: 'Change what is asked for, and make the site again',
  });
}

function wrongAgain<T>(
  { task, checkCode }: AgentRequest<T>,
  { issues, jobId, isOfCheck }: Bad,
): CodedError {
  const [issue] = issues;
  const more = issues.length > 1 ? `, and ${issues.length - 1} more` : '';
  const what = `${issue === undefined ? '' : tell(issue)}${more}`;
  const facts = { task, jobId, issues: issues.map(tell) };
  const todo = `Look at what it did (tmux-builder job show ${jobId}), then retry the step`;
  if (isOfCheck && checkCode !== undefined) {
    const message = `The files of the site cannot be published: ${what}.`;
    return new CodedError('site.bad-source', message, { facts, todo });
  }
  const message = `The agent's answer to site.${task} was wrong twice: ${what}.`;
  return new CodedError('site.bad-answer', message, { facts, todo });
}

function tell({ place, message }: Issue): string {
  return `${place}: ${message}`;
}
