import type { SiteView } from '../../contract/index.ts';
import { type Door, openForCommand } from '../door.ts';
import type { ExitCode } from '../exit-codes.ts';
import { type PageOptions, readPages } from '../read-pages.ts';
import { siteColumns } from '../show-site.ts';
import { layOutTable } from '../table.ts';

export interface SiteListOptions extends PageOptions {
  readonly status?: SiteView['status'];
}

/** Print sites, newest first. */
export async function siteList(door: Door, options: SiteListOptions): Promise<ExitCode> {
  const { printer, clock, interrupts } = door;
  const { status } = options;
  await using app = await openForCommand(door);
  const { items, next } = await readPages<SiteView>(options, async (place) => {
    const page = await app.sites.list({ status, ...place }, {}, interrupts.signal);
    return { items: page.items, next: page.next ?? undefined };
  });
  if (printer.json) {
    printer.value({ items, next: next ?? null });
    return 0;
  }
  if (items.length === 0) printer.note('No sites.');
  else printer.lines(layOutTable(siteColumns(printer, clock.now()), items, printer.width));
  if (next !== undefined) printer.note(`There are more: --cursor ${next}, or --all`);
  return 0;
}
