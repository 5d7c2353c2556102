import type { TokenView } from '../../contract/index.ts';
import { type Door, openForCommand } from '../door.ts';
import type { ExitCode } from '../exit-codes.ts';
import { type Column, layOutTable } from '../table.ts';

export interface TokenCreateOptions {
  readonly user: string;
  readonly role?: TokenView['role'];
  readonly session?: string;
  readonly days?: number;
}

/** Make an API token for a user, and print it this once. */
export async function tokenCreate(
  door: Door,
  name: string,
  { user, role = 'viewer', session, days }: TokenCreateOptions,
): Promise<ExitCode> {
  const { printer, interrupts } = door;
  const { signal } = interrupts;
  await using app = await openForCommand(door);
  const { user_id: id } = await app.accounts.getUser('owner', { user_id: user }, signal);
  const found = session === undefined ? undefined : await app.getSession(session, signal);
  const data = { name, role, session_id: found?.id, expires_in_days: days };
  const entry = { action: 'token.created', subject: id, data };
  await app.accounts.record(undefined, entry, signal);
  const made = await app.accounts.createTokenFor(id, data, signal);
  if (printer.json) printer.value(made);
  else printer.lines([made.token]);
  printer.note(
    `${made.token_id}: send it as "Authorization: Bearer TOKEN"; it is not shown again.`,
  );
  return 0;
}

/** Print tokens, newest first. */
export async function tokenList(
  door: Door,
  { user }: { readonly user?: string },
): Promise<ExitCode> {
  const { printer, interrupts } = door;
  const { signal } = interrupts;
  await using app = await openForCommand(door);
  const { accounts } = app;
  const only =
    user === undefined ? undefined : await accounts.getUser('owner', { user_id: user }, signal);
  const whose = only === undefined ? 'owner' : { userId: only.user_id, sessionId: undefined };
  const { items } = await accounts.listTokens(whose, signal);
  if (printer.json) {
    printer.value({ items, next: null });
    return 0;
  }
  const columns: readonly Column<TokenView>[] = [
    { title: 'TOKEN', text: ({ token_id: id }) => id },
    { title: 'NAME', text: ({ name }) => name },
    { title: 'USER', text: ({ user_id: id }) => id },
    { title: 'ROLE', text: ({ role }) => role },
    { title: 'SESSION', text: ({ session_id: id }) => id ?? 'all' },
    { title: 'LAST USED', text: ({ last_used_at: at }) => at ?? 'never' },
    { title: 'ENDS', text: ({ expires_at: at }) => at ?? 'never' },
  ];
  if (items.length === 0) printer.note('No tokens.');
  else printer.lines(layOutTable(columns, items, printer.width));
  return 0;
}

/** End a token. */
export async function tokenRevoke(door: Door, id: string): Promise<ExitCode> {
  const { printer, interrupts } = door;
  await using app = await openForCommand(door);
  const { accounts } = app;
  await accounts.record(undefined, { action: 'token.revoked', subject: id }, interrupts.signal);
  await accounts.revokeToken('owner', { token_id: id }, interrupts.signal);
  if (printer.json) printer.value({ token_id: id, revoked: true });
  else printer.lines([`${id} revoked`]);
  return 0;
}
