import type { SiteView } from '../../contract/index.ts';
import { ask, canAsk } from '../confirm.ts';
import { type Door, openForCommand } from '../door.ts';
import { UsageError } from '../errors.ts';
import type { ExitCode } from '../exit-codes.ts';

export interface SiteDestroyOptions {
  readonly yes?: boolean;
  readonly detach?: boolean;
}

/** Take a site off the web with all that was made for it, after the person has agreed. */
export async function siteDestroy(
  door: Door,
  reference: string,
  { yes = false, detach = false }: SiteDestroyOptions,
): Promise<ExitCode> {
  const { printer, interrupts } = door;
  const { signal } = interrupts;
  await using app = await openForCommand(door);
  const site = await app.sites.get(reference, signal);
  const { session_id: id } = site;
  if (!yes && !(await isAgreed(site, signal))) {
    printer.note('Nothing was destroyed.');
    return 5;
  }
  await app.accounts.record(undefined, { action: 'site.destroy', subject: id }, signal);
  const after = detach
    ? await app.sites.destroy(id, signal)
    : await app.sites.executeDestroy(id, ({ kind }) => printer.live(kind), signal);
  printer.live(undefined);
  if (printer.json) printer.value(after);
  else printer.lines([`${id} ${after.status}`]);
  if (after.status === 'destroyed') {
    const archive = `tmux-builder session archive ${id}`;
    printer.note(`Its session and its agent stay. To end them, and keep the files: ${archive}`);
  }
  return 0;
}

async function isAgreed({ session_id: id, name, url }: SiteView, signal: AbortSignal) {
  if (!canAsk()) {
    throw new UsageError(`Destroying site ${id} cannot be undone.`, 'Add --yes to agree');
  }
  const what = url === null ? `site ${name} (${id})` : `site ${name} (${id}) at ${url}`;
  return (await ask(`Destroy ${what} with all that was made for it? Type yes: `, signal)) === 'yes';
}
