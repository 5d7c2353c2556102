import type { App } from '../../app/index.ts';
import { type Door, openForCommand } from '../door.ts';
import { UsageError } from '../errors.ts';
import { performSite } from '../execute-site.ts';
import type { ExitCode } from '../exit-codes.ts';
import { readPrompt } from '../read-prompt.ts';
import { exitCodeOfExecution, tellResult, toSiteResult } from '../report-site.ts';
import { TextFilter } from '../text-filter.ts';
import { doJob, tellJob } from './run.ts';

export interface SiteChatOptions {
  readonly redeploy?: boolean;
  readonly history?: boolean;
}

interface Said {
  readonly reference: string;
  /** Left out or `-`: what comes through a pipe. */
  readonly message: string | undefined;
}

/** Say something to a site's agent and print its answer; publish what came of it when asked to. */
export async function siteChat(
  door: Door,
  { reference, message }: Said,
  { redeploy = false, history = false }: SiteChatOptions,
): Promise<ExitCode> {
  const { printer, interrupts } = door;
  const { signal } = interrupts;
  if (history) return await printHistory(door, reference);
  const text = await readMessage(message);
  await using app = await openForCommand(door);
  const sent = await app.sites.chat(reference, { text }, signal);
  const done = await doJob(door, app, await app.getJob(sent.job_id, signal));
  const goesOn = redeploy && done.code === 0;
  if (printer.json && !goesOn) printer.value(done.view);
  tellJob(door, done);
  if (goesOn) return await publish(door, app, done);
  if (done.code === 0) await tellUnpublished(door, app, done.view.session_id);
  return done.code;
}

/** Visitors see nothing of a change until it is published: say so. */
async function tellUnpublished({ printer, interrupts }: Door, app: App, id: string): Promise<void> {
  const { release_id: live } = await app.sites.get(id, interrupts.signal);
  if (live === null) return;
  const { files } = await app.sites.diff(id, interrupts.signal);
  if (files.length === 0) return;
  printer.note(`The source differs from what is live: tmux-builder site diff ${id}`);
  printer.note(`  -> Publish it: tmux-builder site redeploy ${id}`);
}

async function readMessage(argument: string | undefined): Promise<string> {
  const sources = { argument, prompt: undefined, promptFile: undefined, isOptional: false };
  const text = Buffer.from(await readPrompt(sources, process.stdin)).toString();
  if (text.trim() !== '') return text;
  throw new UsageError('There is no message.', 'Give it as an argument or through a pipe');
}

async function publish(
  door: Door,
  app: App,
  { view }: Awaited<ReturnType<typeof doJob>>,
): Promise<ExitCode> {
  const { printer, interrupts } = door;
  const { session_id: sessionId } = view;
  const entry = { action: 'site.redeploy', subject: sessionId };
  await app.accounts.record(undefined, entry, interrupts.signal);
  const queued = await app.sites.redeploy(sessionId, interrupts.signal);
  const ended = await performSite(door, app, { id: queued.execution_id, sessionId });
  const site = await toSiteResult(door, app, ended);
  if (printer.json) printer.value({ ...view, site });
  tellResult(door, site);
  return exitCodeOfExecution(ended);
}

async function printHistory(door: Door, reference: string): Promise<ExitCode> {
  const { printer, interrupts } = door;
  await using app = await openForCommand(door);
  const history = await app.sites.chatHistory(reference, interrupts.signal);
  if (printer.json) {
    printer.value(history);
    return 0;
  }
  const filter = new TextFilter('text');
  for (const { role, text } of history.messages) {
    const shown = shorten(filter.take(text).trimEnd());
    if (role === 'user') printer.lines([printer.style('bold', `> ${shown}`)]);
    else printer.lines([shown, '']);
  }
  return 0;
}

/** What the steps of a site asked is long: a person wants to read what people said. */
const MOST_LINES = 20;

function shorten(text: string): string {
  const lines = text.split('\n');
  if (lines.length <= MOST_LINES) return text;
  return `${lines[0] ?? ''} (and ${lines.length - 1} more lines: see --json)`;
}
