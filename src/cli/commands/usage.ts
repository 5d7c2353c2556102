import { type Total, toUsageReportView, type UsageGroup, type UsageLine } from '../../app/index.ts';
import { type Door, openForCommand } from '../door.ts';
import type { ExitCode } from '../exit-codes.ts';
import { costOf, formatTokens } from '../show-usage.ts';
import { type Column, layOutTable } from '../table.ts';

export interface UsageOptions {
  readonly session?: string;
  /** In ms, back from now. */
  readonly since?: number;
  readonly by?: UsageGroup;
}

/** Print what agents used and what it cost, grouped and all together. */
export async function usage(
  door: Door,
  { session, since: backMs, by = 'session' }: UsageOptions,
): Promise<ExitCode> {
  const { printer, clock, interrupts } = door;
  await using app = await openForCommand(door);
  const since = backMs === undefined ? undefined : clock.now() - backMs;
  const report = await app.reportUsage({ by, session, since }, interrupts.signal);
  if (printer.json) {
    printer.value(toUsageReportView(report, { by, since }));
    return 0;
  }
  if (report.attempts === 0) {
    printer.note('No agent has told of any use.');
    return 0;
  }
  const all: UsageLine = { key: 'all', label: undefined, ...report };
  // A single group is its own total.
  const lines = report.lines.length === 1 ? report.lines : [...report.lines, all];
  printer.lines(layOutTable(columnsOf(by), lines, printer.width));
  if (report.total.unpriced.length > 0) {
    printer.note(`No price for ${report.total.unpriced.join(', ')}: add it to prices.yaml.`);
  }
  return 0;
}

function columnsOf(by: UsageGroup): readonly Column<UsageLine>[] {
  return [
    { title: by.toUpperCase(), text: ({ key }) => key },
    { title: 'TRIES', text: ({ attempts }) => String(attempts), align: 'right' },
    count('INPUT', ({ inputTokens }) => inputTokens),
    count('OUTPUT', ({ outputTokens }) => outputTokens),
    count('CACHE READ', ({ cacheReadTokens }) => cacheReadTokens),
    count('CACHE WRITE', ({ cacheWriteTokens }) => cacheWriteTokens),
    count('TOKENS', ({ tokens }) => tokens),
    { title: 'COST', text: ({ total }) => costOf({ ...total, unpriced: short(total) }) },
    ...(by === 'job' ? [{ title: 'PROMPT', text: ({ label }: UsageLine) => label ?? '' }] : []),
  ];
}

function count(title: string, of: (total: Total) => number): Column<UsageLine> {
  return { title, text: ({ total }) => formatTokens(of(total)), align: 'right' };
}

/** The names follow below the table. */
function short({ unpriced }: Total): readonly string[] {
  return unpriced.length > 1 ? [`${unpriced.length} models`] : unpriced;
}
