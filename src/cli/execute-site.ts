import { answersTo, type App } from '../app/index.ts';
import type { ExecutionView } from '../contract/index.ts';
import { howToAnswer } from './describe-event.ts';
import type { Door } from './door.ts';
import type { ExitCode } from './exit-codes.ts';
import { reportSite } from './report-site.ts';
import { SiteProgress } from './site-progress.ts';
import { oneLine } from './text-width.ts';

/** Questions come by no event of a site: look this often. */
const LOOK_MS = 1_000;

/**
 * Do an execution in this process, show how it goes, and print what came of it. Interrupted, it is
 * left as it is: whoever comes next goes on with it.
 */
export async function executeSite(
  door: Door,
  app: App,
  execution: Pick<ExecutionView, 'execution_id' | 'session_id'>,
): Promise<ExitCode> {
  const { execution_id: id, session_id: sessionId } = execution;
  return await reportSite(door, app, await performSite(door, app, { id, sessionId }));
}

/** The same without printing what came of it. */
export async function performSite(
  door: Door,
  app: App,
  { id, sessionId }: { readonly id: string; readonly sessionId: string },
): Promise<ExecutionView> {
  const { printer, clock, interrupts } = door;
  using progress = new SiteProgress(printer, clock);
  using _questions = tellQuestions(door, app, sessionId);
  using _listening = interrupts.listen((name, count) => {
    progress[Symbol.dispose]();
    if (count > 1) interrupts.leave();
    tellLeft(door, id);
    interrupts.abort(name);
  });
  return await app.sites.execute(id, progress.onEvent, interrupts.signal);
}

function tellLeft({ printer }: Door, id: string): void {
  printer.note(`Left ${id}: it is kept as it is, and the steps that are done stay done.`);
  printer.note(`  -> Go on with it: tmux-builder site resume ${id} (or "serve", or "worker")`);
  printer.note(`  -> See how far it is: tmux-builder site status ${id}`);
  printer.note(`  -> Cancel it: tmux-builder site cancel ${id}`);
}

/** Show what the site's agent asks a person, each question once, until disposed. */
function tellQuestions({ printer, clock, interrupts }: Door, app: App, sessionId: string) {
  const { signal } = interrupts;
  const told = new Set<string>();
  let isLooking = false;
  const look = async (): Promise<void> => {
    for (const { question_id: id } of await app.listQuestionViews({ sessionId }, signal)) {
      if (told.has(id)) continue;
      told.add(id);
      const question = await app.getQuestion(id, signal);
      printer.note(printer.style('yellow', `The agent asks: ${oneLine(question.question)}`));
      const answers = answersTo(question);
      for (const line of howToAnswer(question.jobId, { id, answers })) printer.note(line);
    }
  };
  return clock.every(LOOK_MS, () => {
    if (isLooking) return;
    isLooking = true;
    // Answered meanwhile, or we are leaving; the next look finds what is still asked.
    look()
      .catch(() => {})
      .finally(() => (isLooking = false));
  });
}
