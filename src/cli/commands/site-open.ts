import { type Door, openForCommand } from '../door.ts';
import type { ExitCode } from '../exit-codes.ts';

export interface SiteOpenOptions {
  readonly print?: boolean;
}

/** Print the address of a site, and show it in a browser where there is a desktop. */
export async function siteOpen(
  door: Door,
  reference: string,
  { print = false }: SiteOpenOptions,
): Promise<ExitCode> {
  const { printer, interrupts } = door;
  await using app = await openForCommand(door);
  const { url, name, status } = await app.sites.get(reference, interrupts.signal);
  const isShown = url !== null && !print && !printer.json && (await app.openAddress(url));
  if (printer.json) printer.value({ url, is_opened: isShown });
  else if (url !== null) printer.lines([url]);
  if (url !== null) return 0;
  printer.problem(
    `The site ${name} has no address: it is ${status}.`,
    `See how far it is: tmux-builder site status ${name}`,
  );
  return 5;
}
