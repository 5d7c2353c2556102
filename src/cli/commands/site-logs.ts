import type { App } from '../../app/index.ts';
import type { SiteStepName } from '../../contract/index.ts';
import { type Door, openForCommand } from '../door.ts';
import type { ExitCode } from '../exit-codes.ts';
import { siteIdOf } from '../site-reference.ts';
import { TextFilter } from '../text-filter.ts';

export interface SiteLogsOptions {
  readonly step?: SiteStepName;
  readonly lines?: number;
}

const DEFAULT_LINES = 200;

/** Print the newest lines of a site's program, or of one of its steps. */
export async function siteLogs(
  door: Door,
  reference: string,
  { step, lines = DEFAULT_LINES }: SiteLogsOptions,
): Promise<ExitCode> {
  const { printer, interrupts } = door;
  const { signal } = interrupts;
  await using app = await openForCommand(door);
  if (step !== undefined) {
    const log = await readStep(app, { reference, step, lines }, signal);
    if (printer.json) printer.value({ items: log, next: null });
    else printer.lines(log.map(({ at, text }) => `${at} ${plain(text)}`));
    if (log.length === 0) printer.note('Nothing was written yet.');
    return 0;
  }
  const log = await app.sites.logs(await siteIdOf(app, reference, signal), lines, signal);
  if (printer.json) printer.value({ lines: log });
  else printer.lines(log.map(plain));
  if (log.length === 0) printer.note('It said nothing.');
  return 0;
}

interface StepWish {
  readonly reference: string;
  readonly step: SiteStepName;
  readonly lines: number;
}

/** Read to its end, and keep the newest lines. */
async function readStep(app: App, { reference, step, lines }: StepWish, signal: AbortSignal) {
  let kept: Awaited<ReturnType<App['sites']['stepLog']>>['lines'] = [];
  let after = 0;
  for (;;) {
    const page = await app.sites.stepLog(reference, step, after, signal);
    kept = [...kept, ...page.lines].slice(-lines);
    after = page.lines.at(-1)?.number ?? after;
    if (!page.is_cut || page.lines.length === 0) return kept;
  }
}

function plain(text: string): string {
  return new TextFilter('text').take(text);
}
