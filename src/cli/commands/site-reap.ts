import type { Leftover } from '../../app/index.ts';
import { agrees, canAsk } from '../confirm.ts';
import { type Door, openForCommand } from '../door.ts';
import type { ExitCode } from '../exit-codes.ts';
import type { Printer } from '../printer.ts';
import { type Column, layOutTable } from '../table.ts';

export interface SiteReapOptions {
  readonly provider?: readonly string[];
  readonly dryRun?: boolean;
  readonly yes?: boolean;
}

/** Show what is left of sites that are no more and, once agreed to, remove it. */
export async function siteReap(
  door: Door,
  { provider: providers = ['local'], dryRun = false, yes = false }: SiteReapOptions,
): Promise<ExitCode> {
  const { printer, interrupts } = door;
  const { signal } = interrupts;
  await using app = await openForCommand(door);
  const onEvent = (line: string): void => printer.note(line);
  const found = await app.sites.reap({ providers, isDry: true }, onEvent, signal);
  const isWanted = found.length > 0 && !dryRun && (yes || (await isAgreed(printer, found, signal)));
  if (!isWanted) {
    tell(printer, found);
    if (found.length > 0 && !dryRun) printer.note('Nothing was removed; --yes removes it.');
    return 0;
  }
  await app.accounts.record(undefined, { action: 'site.reap', data: { providers } }, signal);
  const removed = await app.sites.reap({ providers, isDry: false }, onEvent, signal);
  tell(printer, removed);
  return removed.every((one) => one.is_removed) ? 0 : 1;
}

async function isAgreed(printer: Printer, found: readonly Leftover[], signal: AbortSignal) {
  if (!canAsk() || printer.json) return false;
  printer.lines(layOutTable(columns, found, printer.width));
  return await agrees('Remove it?', signal);
}

const columns: readonly Column<Leftover>[] = [
  { title: 'PROVIDER', text: ({ provider }) => provider },
  { title: 'NAME', text: ({ name }) => name },
  { title: 'REGION', text: ({ region }) => region ?? '' },
  { title: 'SESSION', text: (leftover) => leftover.session_id ?? '' },
  { title: 'WHY', text: ({ reason }) => reason },
  { title: 'REMOVED', text: (leftover) => (leftover.is_removed ? 'yes' : 'no') },
  { title: 'ERROR', text: ({ error }) => error?.message ?? '' },
];

function tell(printer: Printer, items: readonly Leftover[]): void {
  if (printer.json) printer.value({ items, next: null });
  else if (items.length > 0) printer.lines(layOutTable(columns, items, printer.width));
  if (items.length === 0) printer.note('Nothing is left.');
}
