import type { AuditView } from '../../contract/index.ts';
import { type Door, openForCommand } from '../door.ts';
import type { ExitCode } from '../exit-codes.ts';
import { type PageOptions, readPages } from '../read-pages.ts';
import { type Column, layOutTable } from '../table.ts';

export interface AuditListOptions extends PageOptions {
  readonly action?: string;
  readonly user?: string;
  readonly subject?: string;
}

/** Print entries of the audit log, newest first. */
export async function auditList(door: Door, options: AuditListOptions): Promise<ExitCode> {
  const { printer, interrupts } = door;
  const { signal } = interrupts;
  const { action, user, subject } = options;
  await using app = await openForCommand(door);
  const { accounts } = app;
  const who =
    user === undefined ? undefined : await accounts.getUser('owner', { user_id: user }, signal);
  const filter = { action, user_id: who?.user_id, subject };
  const { items, next } = await readPages<AuditView>(options, async (place) => {
    const page = await accounts.listAudit('owner', { ...filter, ...place }, signal);
    return { items: page.items, next: page.next ?? undefined };
  });
  if (printer.json) {
    printer.value({ items, next: next ?? null });
    return 0;
  }
  const columns: readonly Column<AuditView>[] = [
    { title: '#', align: 'right', text: ({ sequence }) => String(sequence) },
    { title: 'AT', text: ({ at }) => at },
    { title: 'WHO', text: whoOf },
    { title: 'ACTION', text: (entry) => entry.action },
    { title: 'SUBJECT', text: (entry) => entry.subject ?? '' },
    { title: 'FACTS', text: ({ data }) => factsOf(data) },
  ];
  if (items.length === 0) printer.note('No entries.');
  else printer.lines(layOutTable(columns, items, printer.width));
  if (next !== undefined) printer.note(`There are more: --cursor ${next}, or --all`);
  return 0;
}

/** Check the whole log. */
export async function auditVerify(door: Door): Promise<ExitCode> {
  const { printer, interrupts } = door;
  await using app = await openForCommand(door);
  const check = await app.accounts.verifyAudit('owner', interrupts.signal);
  if (printer.json) printer.value(check);
  else if (check.is_whole) printer.lines([`The audit log is whole: ${check.detail}.`]);
  else printer.lines([`The audit log is broken at entry ${check.broken_at}: ${check.detail}.`]);
  return check.is_whole ? 0 : 1;
}

function whoOf({ user_name: name, address }: AuditView): string {
  if (name === null) return address === null ? 'command line' : address;
  return address === null ? name : `${name} (${address})`;
}

function factsOf(data: AuditView['data']): string {
  return Object.entries(data)
    .map(([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(' ');
}
