import { type Door, openForCommand } from '../door.ts';
import type { ExitCode } from '../exit-codes.ts';
import { estimateLines, formatUsd } from '../show-site.ts';
import { type PlaceOptions, toPlace } from './site-create.ts';

/** Print what a site would consist of and cost a month. */
export async function siteEstimate(door: Door, options: PlaceOptions): Promise<ExitCode> {
  const { printer, interrupts } = door;
  await using app = await openForCommand(door);
  const estimate = await app.sites.estimate(toPlace(options), interrupts.signal);
  if (printer.json) {
    printer.value(estimate);
    return 0;
  }
  const { user_limit_usd: limit, user_monthly_usd: used } = estimate;
  printer.lines(estimateLines({ printer, estimate }));
  const most = limit === null ? '' : ` of ${formatUsd(limit)} that they may cost together`;
  printer.lines([`The sites that there are cost ${formatUsd(used)}${most}.`]);
  return 0;
}
