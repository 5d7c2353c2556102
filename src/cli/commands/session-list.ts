import { nothingUsed, type Session, toSessionView, toTotalView } from '../../app/index.ts';
import { type Door, openForCommand } from '../door.ts';
import { formatMoment } from '../duration.ts';
import type { ExitCode } from '../exit-codes.ts';
import { type PageOptions, readPages } from '../read-pages.ts';
import { usageLine } from '../show-usage.ts';
import { type Column, layOutTable } from '../table.ts';

export interface SessionListOptions extends PageOptions {
  readonly status?: 'active' | 'archived';
}

/** Print sessions, newest first. */
export async function sessionList(door: Door, options: SessionListOptions): Promise<ExitCode> {
  const { printer, clock, interrupts } = door;
  const { status } = options;
  await using app = await openForCommand(door);
  const { items, next } = await readPages<Session>(
    options,
    async (place) => await app.listSessions({ status, ...place }, interrupts.signal),
  );
  const used = await app.usageBySession(interrupts.signal);
  const usageOf = ({ id }: Session) => used.get(id) ?? nothingUsed;
  if (printer.json) {
    const views = items.map((one) => ({ ...toSessionView(one), usage: toTotalView(usageOf(one)) }));
    printer.value({ items: views, next: next ?? null });
    return 0;
  }
  const columns: readonly Column<Session>[] = [
    { title: 'SESSION', text: ({ id }) => id },
    { title: 'NAME', text: ({ name }) => name },
    {
      title: 'STATUS',
      text: (session) => session.status,
      style: (cell, session) => printer.style(session.status === 'active' ? 'green' : 'dim', cell),
    },
    { title: 'USER', text: ({ userId }) => userId },
    { title: 'MADE', text: ({ createdAt }) => formatMoment(createdAt, clock.now()) },
    { title: 'USED', text: (session) => usageLine(usageOf(session), session.budget) ?? '' },
    { title: 'DIRECTORY', text: ({ dir }) => dir },
  ];
  if (items.length === 0) printer.note('No sessions.');
  else printer.lines(layOutTable(columns, items, printer.width));
  if (next !== undefined) printer.note(`There are more: --cursor ${next}, or --all`);
  return 0;
}
