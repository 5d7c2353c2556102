import { join } from 'node:path';
import { AuditLog } from '../audit/index.ts';
import {
  LockOut,
  Logins,
  Members,
  Passwords,
  Revocations,
  Tickets,
  Tokens,
  Users,
} from '../users/index.ts';
import { Accounts } from './accounts.ts';
import type { Subjects } from './accounts-context.ts';
import type { AppContext } from './context.ts';
import { subjectNotFound, subjectSession } from './subject-session.ts';
import { toTime } from './to-time.ts';

/** Wire the accounts of a data directory. What has to be closed is put on `opened`. */
export function openAccounts(
  ctx: Pick<AppContext, 'store' | 'clock' | 'ids' | 'log'> & {
    readonly config: Pick<AppContext['config'], 'dataDir'>;
  },
  opened: AsyncDisposableStack,
  passwords: Passwords = new Passwords(),
): Accounts {
  const { store, clock, ids, log, config } = ctx;
  const tools = { store, clock, ids };
  const tickets = new Tickets(clock);
  const revocations = opened.use(new Revocations({ store, clock, log, tickets }));
  const dir = join(config.dataDir, 'audit');
  const subjects: Subjects = {
    sessionOf: async (by, id, signal) => await subjectSession(ctx, by, id, signal),
    notFound: subjectNotFound,
  };
  return new Accounts({
    ...tools,
    log,
    passwords,
    tickets,
    revocations,
    subjects,
    audit: opened.use(new AuditLog({ dir, clock, log, toTime })),
    users: new Users(tools, passwords),
    logins: new Logins(tools),
    tokens: new Tokens(tools),
    members: new Members(tools),
    lockOut: new LockOut(store, clock),
  });
}
