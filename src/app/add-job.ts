import { createHash } from 'node:crypto';
import { realpath, rm, stat } from 'node:fs/promises';
import { isAbsolute, join, relative, resolve } from 'node:path';
import type { PermissionRule } from '../agents/index.ts';
import { CodedError, systemCode, writeFileAtomic } from '../base/index.ts';
import {
  type Dependency,
  fillTemplate,
  getJob,
  getTemplate,
  insertJob,
  type Job,
  type NewJob,
  type Permission,
  type Template,
} from '../jobs/index.ts';
import type { Budget, Session } from '../sessions/index.ts';
import type { AppContext } from './context.ts';
import { checkBudget } from './check-budget.ts';
import { checkPrompt } from './check-prompt.ts';
import { permissionRules, type RuleInput } from './permission-rules.ts';
import { resolveAgent } from './resolve-agent.ts';
import { resolveMainAgent } from './resolve-main-agent.ts';
import { resolveSession } from './resolve-session.ts';

/** A job to be queued. What is left out comes from the template or the configuration. */
export interface JobInput {
  /** What the agent is to do. May be empty when the template takes files. */
  readonly prompt?: string | Uint8Array;
  /** Id or name of an active session; left out: the session `default`, made when missing. */
  readonly session?: string | undefined;
  readonly template?: string | undefined;
  /** Files to work on: inside the session, or inside `directory`. Relative to `directory`. */
  readonly files?: readonly string[] | undefined;
  readonly agent?: string | undefined;
  readonly model?: string | undefined;
  readonly permission?: Permission | undefined;
  /** Beside those of the configuration. */
  readonly permissionRules?: readonly RuleInput[] | undefined;
  /** `persistent`: for the session's main agent, in its one conversation. */
  readonly mode?: Job['mode'] | undefined;
  /** Existing directory in which the agent works; left out: the session's `source/`. */
  readonly directory?: string | undefined;
  /** Program and arguments, with `{prompt}` and `{output}`; implies the agent `command`. */
  readonly command?: readonly string[] | undefined;
  /** Higher goes first. */
  readonly priority?: number | undefined;
  readonly delayMs?: number | undefined;
  /** Wall time in ms after which it is not worth doing any more. */
  readonly deadlineAt?: number | undefined;
  readonly timeLimitMs?: number | undefined;
  readonly maxAttempts?: number | undefined;
  /** Tokens that all attempts together may use; left out: `max_tokens` of the configuration. */
  readonly maxTokens?: number | undefined;
  /** What they may cost; left out: `max_cost_usd` of the configuration. */
  readonly maxCostUsd?: number | undefined;
  readonly backoffMs?: number | undefined;
  /** Adding a job with a key that the session has seen gives the first job back. */
  readonly idempotencyKey?: string | undefined;
  readonly dependsOn?: readonly Dependency[] | undefined;
}

/**
 * Queue a job. Its prompt lies on disk, durably, before the database names it.
 *
 * @throws {CodedError} what is wrong with the input, by code; nothing was queued.
 */
export async function addJob(ctx: AppContext, input: JobInput, signal: AbortSignal): Promise<Job> {
  return (await queueJob(ctx, input, signal)).job;
}

export interface QueuedJob {
  readonly job: Job;
  /** False for the job that had its idempotency key before. */
  readonly isNew: boolean;
}

/** The same, and whether it was queued now. */
export async function queueJob(
  ctx: AppContext,
  input: JobInput,
  signal: AbortSignal,
): Promise<QueuedJob> {
  const template = await getTemplate(templateOf(input), ctx.templateDirs);
  const prompt = checkPrompt(input.prompt ?? '', !template.needsFiles);
  const session = await resolveSession(ctx, input.session, signal);
  const directory = await checkDirectory(input.directory);
  const files = await checkFiles(input.files ?? [], template, { session, directory });
  const agent =
    input.mode === 'persistent'
      ? await resolveMainAgent(ctx, session, input.agent, signal)
      : await resolveAgent(ctx, input, template, signal);
  const dependencies = await findDependencies(ctx, input, signal);
  const budget = await checkBudget(ctx, input, agent, signal);
  const rules = await permissionRules(ctx.config, input.permissionRules);
  const text = fillTemplate(template, { prompt, files });
  const id = ctx.ids.next('job');
  const promptPath = join(session.dir, 'prompts', `${id}.md`);
  const job = newJob(ctx, input, {
    id,
    session,
    template,
    prompt,
    directory,
    files,
    agent,
    promptPath,
    text,
    dependencies,
    budget,
    permissionRules: rules,
  });
  await writeFileAtomic(promptPath, text, { durable: true });
  let queued: Job | undefined;
  try {
    queued = await ctx.store.write(async (sql) => await insertJob(sql, job), signal);
    return { job: queued, isNew: queued.id === id };
  } finally {
    if (queued?.id !== id) await rm(promptPath, { force: true });
  }
}

interface Checked {
  readonly prompt: string;
  readonly id: string;
  readonly session: Session;
  readonly template: Template;
  readonly directory: string | undefined;
  readonly files: readonly string[];
  readonly agent: string;
  readonly promptPath: string;
  readonly text: string;
  readonly dependencies: readonly Dependency[];
  readonly budget: Budget;
  readonly permissionRules: readonly PermissionRule[];
}

function newJob({ config, clock }: AppContext, input: JobInput, checked: Checked): NewJob {
  const now = clock.now();
  return {
    id: checked.id,
    sessionId: checked.session.id,
    template: checked.template.name,
    agent: checked.agent,
    model: input.model ?? config.model,
    permission: input.permission ?? config.permission,
    permissionRules: checked.permissionRules,
    mode: input.mode ?? 'one-shot',
    budget: checked.budget,
    directory: checked.directory,
    command: absolute(input.command),
    files: checked.files,
    priority: whole('priority', input.priority ?? 0, -1_000_000),
    runAt: now + whole('delay', input.delayMs ?? 0, 0),
    createdAt: now,
    deadlineAt: input.deadlineAt,
    timeLimitMs: whole('time limit', input.timeLimitMs ?? checked.template.timeLimitMs, 1),
    maxAttempts: whole('number of attempts', input.maxAttempts ?? config.maxAttempts, 1),
    backoffMs: whole('back-off', input.backoffMs ?? config.backoffMs, 0),
    idempotencyKey: input.idempotencyKey,
    title: titleOf(checked),
    promptPath: checked.promptPath,
    promptDigest: `sha256:${createHash('sha256').update(checked.text).digest('hex')}`,
    dependencies: checked.dependencies,
  };
}

/** The jobs to wait for, by their whole ids. */
async function findDependencies(
  { store }: AppContext,
  { dependsOn = [] }: JobInput,
  signal: AbortSignal,
): Promise<readonly Dependency[]> {
  const byId = new Map<string, Dependency>();
  for (const { jobId, rule } of dependsOn) {
    const { id } = await getJob(store, jobId, signal);
    // Named twice, the stricter rule holds: success is an end, too.
    if (byId.get(id)?.rule !== 'success') byId.set(id, { jobId: id, rule });
  }
  return [...byId.values()];
}

const LONGEST_TITLE = 80;

/** The first line of what the person wrote, or the files it is about. */
function titleOf({ prompt, files }: Checked): string {
  const line = prompt.split('\n').find((one) => one.trim() !== '') ?? files.join(', ');
  const title = line.trim().replaceAll(/\s+/g, ' ');
  return title.length <= LONGEST_TITLE ? title : `${title.slice(0, LONGEST_TITLE - 1)}…`;
}

/** `./tool` means the one beside the person, wherever the agent works. */
function absolute(command: readonly string[] | undefined): readonly string[] | undefined {
  const [program = '', ...args] = command ?? [];
  return program.includes('/') ? [resolve(program), ...args] : command;
}

function templateOf({ template, files }: JobInput): string {
  return template ?? ((files?.length ?? 0) > 0 ? 'file_analysis' : 'generic');
}

function whole(name: string, value: number, least: number): number {
  if (Number.isSafeInteger(value) && value >= least) return value;
  throw new CodedError(
    'job.bad-number',
    `The ${name} ${value} is not a whole number from ${least} on.`,
    {
      facts: { name, value, least },
      todo: `Give a whole number of at least ${least}`,
    },
  );
}

async function checkDirectory(directory: string | undefined): Promise<string | undefined> {
  if (directory === undefined) return undefined;
  const path = resolve(directory);
  const found = await stat(path).catch((error: unknown) => {
    if (systemCode(error) !== undefined) return undefined;
    throw error;
  });
  // tmux starts a pane elsewhere, silently, when its directory is missing.
  if (found?.isDirectory() === true) return await realpath(path);
  throw new CodedError('job.no-directory', `The working directory ${path} is not a directory.`, {
    facts: { path },
    todo: 'Make it first, or name another one with --directory',
  });
}

interface Roots {
  readonly session: Session;
  readonly directory: string | undefined;
}

/** Absolute paths of the files, links followed, each inside the session or the working directory. */
async function checkFiles(
  files: readonly string[],
  template: Template,
  { session, directory }: Roots,
): Promise<readonly string[]> {
  if (template.needsFiles && files.length === 0) {
    throw new CodedError('job.no-files', `The template ${template.name} needs files to work on.`, {
      facts: { template: template.name },
      todo: 'Name at least one with --file',
    });
  }
  const roots = [await realpath(session.dir), ...(directory === undefined ? [] : [directory])];
  return await Promise.all(
    files.map(async (file) => {
      const path = await realFile(resolve(directory ?? session.dir, file));
      if (roots.some((root) => isInside(root, path))) return path;
      throw new CodedError('job.path-outside', `The file ${path} lies outside the session.`, {
        facts: { path, roots },
        todo: 'Name the directory it lies in with --directory, or copy it into the uploads/ of the session',
      });
    }),
  );
}

async function realFile(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    throw new CodedError('job.no-such-file', `The file ${path} cannot be read.`, {
      facts: { path },
      cause: error,
      todo: 'Name the directory it lies in with --directory; relative paths start there',
    });
  }
}

function isInside(root: string, path: string): boolean {
  const way = relative(root, path);
  return way === '' || (!way.startsWith('..') && !isAbsolute(way));
}
