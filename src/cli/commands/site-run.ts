import type { App } from '../../app/index.ts';
import type { ExecutionView } from '../../contract/index.ts';
import { type Door, openForCommand } from '../door.ts';
import { executeSite } from '../execute-site.ts';
import type { ExitCode } from '../exit-codes.ts';
import { reportSite } from '../report-site.ts';

export interface DetachOptions {
  readonly detach?: boolean;
}

/** Publish the source of a site as it is. */
export async function siteRedeploy(
  door: Door,
  reference: string,
  options: DetachOptions,
): Promise<ExitCode> {
  const { signal } = door.interrupts;
  await using app = await openForCommand(door);
  const { session_id: id } = await app.sites.get(reference, signal);
  await app.accounts.record(undefined, { action: 'site.redeploy', subject: id }, signal);
  return await begin(door, app, await app.sites.redeploy(id, signal), options);
}

/** Go back to a release that was live before. */
export async function siteRollback(
  door: Door,
  { reference, releaseId }: { readonly reference: string; readonly releaseId: string },
  options: DetachOptions,
): Promise<ExitCode> {
  const { signal } = door.interrupts;
  await using app = await openForCommand(door);
  const { session_id: id } = await app.sites.get(reference, signal);
  const entry = { action: 'site.rollback', subject: id, data: { release_id: releaseId } };
  await app.accounts.record(undefined, entry, signal);
  return await begin(door, app, await app.sites.rollback(id, releaseId, signal), options);
}

/** Go on with an execution that was left; one that has ended tells how. */
export async function siteResume(door: Door, reference: string): Promise<ExitCode> {
  await using app = await openForCommand(door);
  const execution = await app.sites.execution(reference, door.interrupts.signal);
  return await executeSite(door, app, execution);
}

/** Cancel an execution and wait for its end. */
export async function siteCancel(door: Door, reference: string): Promise<ExitCode> {
  const { printer, interrupts } = door;
  const { signal } = interrupts;
  await using app = await openForCommand(door);
  const { execution_id: id } = await app.sites.execution(reference, signal);
  await app.accounts.record(undefined, { action: 'execution.cancel', subject: id }, signal);
  await app.sites.cancel(id, signal);
  // Nobody may hold it any more: then it is ended here.
  const ended = await app.sites.execute(id, () => {}, signal);
  if (printer.json) printer.value(ended);
  else printer.lines([`${id} ${ended.status}`]);
  return 0;
}

/** Do an execution that was queued, here unless somebody else is to. */
export async function begin(
  door: Door,
  app: App,
  execution: ExecutionView,
  { detach = false }: DetachOptions,
): Promise<ExitCode> {
  const { printer } = door;
  const { execution_id: id, status } = execution;
  const isOpen = status === 'queued' || status === 'running';
  if (!detach) {
    return isOpen
      ? await executeSite(door, app, execution)
      : await reportSite(door, app, execution);
  }
  if (printer.json) printer.value(execution);
  else printer.lines([`${id} ${status}`]);
  return 0;
}
