import { createInterface } from 'node:readline/promises';
import { toSessionView, type Session } from '../../app/index.ts';
import { type Door, openForCommand } from '../door.ts';
import { UsageError } from '../errors.ts';
import type { ExitCode } from '../exit-codes.ts';

export interface SessionDeleteOptions {
  readonly yes?: boolean;
}

/** Delete an archived session, after the person has agreed. */
export async function sessionDelete(
  door: Door,
  reference: string,
  { yes = false }: SessionDeleteOptions,
): Promise<ExitCode> {
  const { printer, interrupts } = door;
  await using app = await openForCommand(door);
  const session = await app.getSession(reference, interrupts.signal);
  if (!yes && !(await agrees(session, interrupts.signal))) {
    printer.note('Nothing was deleted.');
    return 5;
  }
  const entry = { action: 'session.delete', subject: session.id };
  await app.accounts.record(undefined, entry, interrupts.signal);
  await app.deleteSession(session.id, interrupts.signal);
  if (printer.json) printer.value({ ...toSessionView(session), status: 'deleted' });
  else printer.lines([`${session.id} deleted`]);
  return 0;
}

async function agrees({ id, name, dir }: Session, signal: AbortSignal): Promise<boolean> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) {
    throw new UsageError(`Deleting session ${id} cannot be undone.`, 'Add --yes to agree');
  }
  using lines = createInterface({ input: process.stdin, output: process.stderr });
  const question = `Delete session ${name} (${id}) with every file in ${dir}? Type yes: `;
  return (await lines.question(question, { signal })).trim() === 'yes';
}
