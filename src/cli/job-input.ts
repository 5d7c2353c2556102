import type { JobInput, RuleInput } from '../app/index.ts';
import type { Clock } from '../base/index.ts';
import { UsageError } from './errors.ts';
import type { JobOptions } from './options.ts';
import { readPrompt } from './read-prompt.ts';

/** The arguments of `run` and `job add`: those before `--`, and those after it. */
export interface JobArguments {
  readonly prompts: readonly string[];
  readonly command: readonly string[];
  readonly options: JobOptions;
}

/** Translate arguments into a job to be queued; its values are judged by the use case. */
export async function toJobInput(
  { prompts, command, options }: JobArguments,
  clock: Clock,
): Promise<JobInput> {
  const [argument, ...others] = prompts;
  if (others.length > 0) {
    throw new UsageError(
      `There are ${prompts.length} arguments where one prompt is expected.`,
      'Put the prompt between quotes; a program to run goes after --',
    );
  }
  const { prompt: text, promptFile, file } = options;
  const sources = { argument, prompt: text, promptFile, isOptional: file !== undefined };
  const prompt = await readPrompt(sources, process.stdin);
  return {
    prompt,
    session: options.session,
    template: options.template,
    files: options.file,
    agent: options.agent,
    model: options.model,
    permission: options.permission,
    permissionRules: rulesOf(options),
    mode: options.persistent === true ? 'persistent' : 'one-shot',
    directory: options.directory,
    command: command.length === 0 ? undefined : command,
    priority: options.priority,
    delayMs: options.delay,
    deadlineAt: options.deadline === undefined ? undefined : clock.now() + options.deadline,
    timeLimitMs: options.timeLimit,
    maxAttempts: options.attempts,
    maxTokens: options.maxTokens,
    maxCostUsd: options.maxCost,
    backoffMs: options.backoff,
    idempotencyKey: options.key,
    dependsOn: [
      ...(options.after ?? []).map((jobId) => ({ jobId, rule: 'success' as const })),
      ...(options.afterAny ?? []).map((jobId) => ({ jobId, rule: 'finished' as const })),
    ],
  };
}

const decisions = ['allow', 'deny', 'ask'] as const;

function rulesOf(options: JobOptions): readonly RuleInput[] {
  return decisions.flatMap((decision) =>
    (options[decision] ?? []).map((rule) => ({ decision, rule })),
  );
}
