import { createInterface } from 'node:readline/promises';
import { openForCommand, type Door } from '../door.ts';
import { UsageError } from '../errors.ts';
import type { ExitCode } from '../exit-codes.ts';
import { TextFilter } from '../text-filter.ts';
import { run } from './run.ts';

export interface ChatOptions {
  readonly agent?: string;
  readonly permission?: 'ask' | 'allow' | 'deny';
  readonly timeLimit?: number;
  readonly history?: boolean;
}

/** Most messages that `--history` shows. */
const HISTORY = 50;

/** Say something to a session's main agent, or talk with it line by line. */
export async function chat(
  door: Door,
  session: string,
  message: string | undefined,
  options: ChatOptions,
): Promise<ExitCode> {
  if (options.history === true) return await printHistory(door, session);
  if (message !== undefined || !process.stdin.isTTY)
    return await say(door, session, message, options);
  if (door.printer.json) {
    throw new UsageError('With --json there has to be a message.', 'Give it as an argument');
  }
  return await talk(door, session, options);
}

async function say(
  door: Door,
  session: string,
  message: string | undefined,
  { history: _history, ...options }: ChatOptions,
): Promise<ExitCode> {
  const prompts = message === undefined ? [] : [message];
  return await run(door, {
    prompts,
    command: [],
    options: { ...options, session, persistent: true },
  });
}

/** One line, one message, until the end of the input. */
async function talk(door: Door, session: string, options: ChatOptions): Promise<ExitCode> {
  const { printer, interrupts } = door;
  printer.note('One line is one message; Ctrl-D leaves, and the agent stays.');
  let last: ExitCode = 0;
  for (;;) {
    const line = await readLine(interrupts.signal);
    if (line === undefined) return last;
    if (line.trim() !== '') last = await say(door, session, line, options);
    if (interrupts.signal.aborted) return last;
  }
}

/** Closed between two messages, so that Ctrl-C reaches the message that is on. */
async function readLine(signal: AbortSignal): Promise<string | undefined> {
  using lines = createInterface({ input: process.stdin, output: process.stderr });
  const { promise: closed, resolve } = Promise.withResolvers<undefined>();
  lines.once('close', () => resolve(undefined));
  lines.once('SIGINT', () => lines.close());
  return await Promise.race([lines.question('> ', { signal }), closed]);
}

async function printHistory(door: Door, session: string): Promise<ExitCode> {
  const { printer, interrupts } = door;
  const { signal } = interrupts;
  await using app = await openForCommand(door);
  const { id } = await app.getSession(session, signal);
  const page = await app.listJobs({ sessionId: id, mode: 'persistent', limit: HISTORY }, signal);
  const messages = await Promise.all(
    page.items.toReversed().map(async (job) => ({
      job_id: job.id,
      status: job.status,
      message: job.title,
      answer: job.outputPath === undefined ? null : await app.readOutput(job.id, signal),
    })),
  );
  if (printer.json) {
    printer.value({ items: messages });
    return 0;
  }
  for (const { job_id: jobId, status, message, answer } of messages) {
    printer.lines([printer.style('bold', `> ${message}`)]);
    const text = answer === null ? `(${status}: ${jobId})` : new TextFilter('text').take(answer);
    printer.lines([text.trimEnd(), '']);
  }
  return 0;
}
