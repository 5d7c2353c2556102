import type { InvitationLink } from '../../app/index.ts';
import type { UserView } from '../../contract/index.ts';
import { type Door, openForCommand } from '../door.ts';
import { UsageError } from '../errors.ts';
import type { ExitCode } from '../exit-codes.ts';
import { type PageOptions, readPages } from '../read-pages.ts';
import { type Column, layOutTable } from '../table.ts';

type Role = UserView['role'];

/** Print users, newest first. */
export async function userList(door: Door, options: PageOptions): Promise<ExitCode> {
  const { printer, interrupts } = door;
  await using app = await openForCommand(door);
  const { items, next } = await readPages<UserView>(options, async (place) => {
    const page = await app.accounts.listUsers('owner', place, interrupts.signal);
    return { items: page.items, next: page.next ?? undefined };
  });
  if (printer.json) {
    printer.value({ items, next: next ?? null });
    return 0;
  }
  const columns: readonly Column<UserView>[] = [
    { title: 'USER', text: ({ user_id: id }) => id },
    { title: 'NAME', text: ({ name }) => name },
    { title: 'ROLE', text: ({ role }) => role },
    { title: 'MAY LOG IN', text: stateOf },
    { title: 'LAST SEEN', text: ({ last_seen_at: at }) => at ?? 'never' },
  ];
  if (items.length === 0) printer.note('No users.');
  else printer.lines(layOutTable(columns, items, printer.width));
  if (next !== undefined) printer.note(`There are more: --cursor ${next}, or --all`);
  return 0;
}

/** Make a user and print their one-time link. */
export async function userAdd(
  door: Door,
  name: string,
  { role = 'operator' }: { readonly role?: Role },
): Promise<ExitCode> {
  const { printer, interrupts } = door;
  await using app = await openForCommand(door);
  const { accounts } = app;
  const entry = { action: 'user.created', subject: name, data: { role } };
  await accounts.record(undefined, entry, interrupts.signal);
  const user = await accounts.createUser('owner', { name, role }, interrupts.signal);
  if (printer.json) printer.value(user);
  else tellLink(door, user);
  return 0;
}

export interface UserSetOptions {
  readonly role?: Role;
  readonly disable?: boolean;
  readonly enable?: boolean;
}

/** Change a role, disable somebody, or let them in again. */
export async function userSet(
  door: Door,
  name: string,
  { role, disable, enable }: UserSetOptions,
): Promise<ExitCode> {
  const { printer, interrupts } = door;
  const isDisabled = disable === true ? true : enable === true ? false : undefined;
  if (role === undefined && isDisabled === undefined) {
    throw new UsageError('Nothing is to be changed.', 'Add --role ROLE, --disable or --enable');
  }
  await using app = await openForCommand(door);
  const { accounts } = app;
  const { user_id: id } = await accounts.getUser('owner', { user_id: name }, interrupts.signal);
  const change = { role, is_disabled: isDisabled };
  const entry = { action: 'user.set', subject: id, data: change };
  await accounts.record(undefined, entry, interrupts.signal);
  const user = await accounts.setUser('owner', { user_id: id, ...change }, interrupts.signal);
  if (printer.json) printer.value(user);
  else printer.lines([`${user.name}: ${user.role}, ${stateOf(user)}`]);
  return 0;
}

/** Print a new one-time link for somebody. */
export async function userReset(door: Door, name: string): Promise<ExitCode> {
  const { printer, interrupts } = door;
  await using app = await openForCommand(door);
  const { accounts } = app;
  const { user_id: id } = await accounts.getUser('owner', { user_id: name }, interrupts.signal);
  const entry = { action: 'user.reset', subject: id };
  await accounts.record(undefined, entry, interrupts.signal);
  const link = await accounts.resetUser('owner', { user_id: id }, interrupts.signal);
  if (printer.json) printer.value(link);
  else tellLink(door, link);
  return 0;
}

function tellLink({ printer }: Door, link: InvitationLink): void {
  printer.lines([link.invitation_path]);
  printer.note(
    `Give them this behind the address of the dashboard; good once, until ${link.invitation_expires_at}.`,
  );
}

function stateOf({ is_disabled: isDisabled, has_password: hasPassword }: UserView): string {
  if (isDisabled) return 'disabled';
  return hasPassword ? 'yes' : 'once a password is set';
}
