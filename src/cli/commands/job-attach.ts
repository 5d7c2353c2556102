import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type Door, openForCommand } from '../door.ts';
import { UsageError } from '../errors.ts';
import type { ExitCode } from '../exit-codes.ts';

export interface JobAttachOptions {
  readonly write?: boolean;
  readonly print?: boolean;
}

/** Show the agent's terminal in ours until the person leaves it. */
export async function jobAttach(
  door: Door,
  id: string,
  { write = false, print = false }: JobAttachOptions,
): Promise<ExitCode> {
  const { printer, interrupts } = door;
  const { command, isReadOnly } = await findCommand(door, id, !write);
  if (printer.json) {
    printer.value({ command, read_only: isReadOnly });
    return 0;
  }
  if (print) {
    printer.lines([command.map(quote).join(' ')]);
    return 0;
  }
  if (!process.stdin.isTTY || !process.stdout.isTTY) {
    throw new UsageError('There is no terminal to attach.', 'Use --print to get the command');
  }
  // Ctrl-C is for the agent: tmux takes it, and this process must outlive it.
  using _listening = interrupts.listen(() => {});
  await show(command, door);
  return await tellOfEnd(door, id);
}

async function findCommand(door: Door, id: string, isReadOnly: boolean) {
  await using app = await openForCommand(door);
  const { signal } = door.interrupts;
  const attachment = await app.attachmentOf(id, isReadOnly, signal);
  // Whoever gets the command runs it, here or elsewhere.
  const data = { is_read_only: isReadOnly };
  const entry = { action: 'terminal.attached', subject: attachment.agentId, data };
  await app.accounts.record(undefined, entry, signal);
  return attachment;
}

/** tmux says only that its server ended; what became of the job is what a person wants to know. */
async function tellOfEnd(door: Door, id: string): Promise<ExitCode> {
  await using app = await openForCommand(door);
  const job = await app.getJob(id, door.interrupts.signal);
  door.printer.note(`Job ${job.id} is ${job.status}.`);
  return 0;
}

async function show(command: readonly string[], { environment }: Door): Promise<void> {
  const [program = '', ...args] = command;
  // tmux refuses to attach where it sees that it runs inside another one.
  const { TMUX: _tmux, TMUX_PANE: _pane, ...env } = environment;
  const child = spawn(program, args, { stdio: 'inherit', env });
  await once(child, 'close');
}

/** Quote one word for a POSIX shell. */
function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
