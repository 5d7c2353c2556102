import { type Command, InvalidArgumentError, Option } from 'commander';
import { DURATION_FORM, parseDuration } from './duration.ts';

/** Options of a job, as `run` and `job add` take them; commander's names. */
export interface JobOptions {
  readonly prompt?: string;
  readonly promptFile?: string;
  readonly session?: string;
  readonly template?: string;
  readonly file?: readonly string[];
  readonly agent?: string;
  readonly model?: string;
  readonly permission?: 'ask' | 'allow' | 'deny';
  readonly directory?: string;
  readonly priority?: number;
  readonly delay?: number;
  readonly deadline?: number;
  readonly timeLimit?: number;
  readonly attempts?: number;
  readonly backoff?: number;
  readonly key?: string;
  readonly after?: readonly string[];
  readonly afterAny?: readonly string[];
}

/** Add the options that describe a job. */
export function addJobOptions(command: Command): Command {
  return command
    .option('--prompt <text>', 'the prompt, where it is no argument')
    .option('--prompt-file <path>', 'read the prompt from a file')
    .option('--session <id|name>', 'session the job belongs to (default: "default")')
    .option('--template <name>', 'see "templates" (default: generic; file_analysis with --file)')
    .option('--file <path>', 'to work on, in --directory or the session; may be repeated', collect)
    .option('--agent <name>', 'see "agents" (default: from the configuration, else claude or demo)')
    .option('--model <name>', 'model the agent is to use (default: its own)')
    .addOption(
      new Option('--permission <policy>', 'what an agent is told that asks (default: ask)').choices(
        ['ask', 'allow', 'deny'],
      ),
    )
    .option('--directory <dir>', "where the agent works (default: the session's source/)")
    .option('--priority <number>', 'higher goes first (default: 0)', wholeNumber)
    .option('--delay <duration>', 'begin no earlier than this from now (default: 0)', duration)
    .option('--deadline <duration>', 'give up this long from now (default: never)', duration)
    .option('--time-limit <duration>', "for one attempt (default: the template's)", duration)
    .option('--attempts <number>', 'tries before it has failed (default: 3)', wholeNumber)
    .option('--backoff <duration>', 'wait before the second try (default: 2s)', duration)
    .option('--key <text>', 'idempotency key: the same key gives the same job')
    .option('--after <job>', 'begin when that job succeeded; may be repeated', collect)
    .option('--after-any <job>', 'begin when that job has ended; may be repeated', collect);
}

/** Parser of a duration option, in ms. */
export function duration(text: string): number {
  const ms = parseDuration(text);
  if (ms === undefined) throw new InvalidArgumentError(`Give ${DURATION_FORM}.`);
  return ms;
}

/** Parser of a number that may be negative. */
export function wholeNumber(text: string): number {
  if (!/^-?\d{1,9}$/.test(text)) throw new InvalidArgumentError('Give a whole number.');
  return Number(text);
}

/** Parser of a number from 1 on. */
export function count(text: string): number {
  if (!/^[1-9]\d{0,6}$/.test(text)) {
    throw new InvalidArgumentError('Give a whole number from 1 to 9999999.');
  }
  return Number(text);
}

function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}
