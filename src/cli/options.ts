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
  readonly allow?: readonly string[];
  readonly deny?: readonly string[];
  readonly ask?: readonly string[];
  readonly directory?: string;
  readonly persistent?: boolean;
  readonly priority?: number;
  readonly delay?: number;
  readonly deadline?: number;
  readonly timeLimit?: number;
  readonly attempts?: number;
  readonly maxTokens?: number;
  readonly maxCost?: number;
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
    .option('--allow <rule>', 'allow a tool: TOOL or TOOL(PATTERN); may be repeated', collect)
    .option('--deny <rule>', 'deny a tool, before anything allows it; may be repeated', collect)
    .option('--ask <rule>', 'ask a person about a tool; may be repeated', collect)
    .option('--persistent', "for the session's main agent, in its one conversation")
    .option('--directory <dir>', "where the agent works (default: the session's source/)")
    .option('--priority <number>', 'higher goes first (default: 0)', wholeNumber)
    .option('--delay <duration>', 'begin no earlier than this from now (default: 0)', duration)
    .option('--deadline <duration>', 'give up this long from now (default: never)', duration)
    .option('--time-limit <duration>', "for one attempt (default: the template's)", duration)
    .option('--attempts <number>', 'tries before it has failed (default: 3)', wholeNumber)
    .option(
      '--max-tokens <number>',
      'end it when all tries used more, 50k, 2m (default: no limit)',
      tokenCount,
    )
    .option('--max-cost <usd>', 'end it when all tries cost more (default: no limit)', dollars)
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

/** Parser of a number of tokens: `200000`, `200k`, `1.5m`. */
export function tokenCount(text: string): number {
  const match = /^(?<count>\d{1,12}(?:\.\d{1,3})?)(?<unit>[km]?)$/i.exec(text);
  const { count = '', unit = '' } = match?.groups ?? {};
  const factor = { '': 1, k: 1_000, m: 1_000_000 }[unit.toLowerCase()] ?? 1;
  const tokens = Math.round(Number(count) * factor);
  if (match !== null && tokens > 0) return tokens;
  throw new InvalidArgumentError('Give a number of tokens such as 200000, 200k or 1.5m.');
}

/** Parser of an amount of US dollars: `2`, `0.50`, `$3`. */
export function dollars(text: string): number {
  const usd = /^\$?\d{1,9}(?:\.\d{1,6})?$/.test(text) ? Number(text.replace('$', '')) : 0;
  if (usd > 0) return usd;
  throw new InvalidArgumentError('Give an amount of US dollars such as 2 or 0.50.');
}

export type Limit = number | 'none';

/** Parser of a limit that can be taken away again: what `parse` reads, or `none`. */
export function limit(parse: (text: string) => number): (text: string) => Limit {
  return (text) => (text === 'none' ? 'none' : parse(text));
}

export function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}
