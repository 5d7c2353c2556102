import type { CodedError, Log } from '../base/index.ts';
import type { AuditLog } from '../audit/index.ts';
import type {
  LockOut,
  Logins,
  Members,
  Passwords,
  Principal,
  Revocations,
  Tickets,
  Tokens,
  Users,
  UserTools,
} from '../users/index.ts';
import type { SubjectKind } from './subject-session.ts';

/** How the session is found that a request is about. */
export interface Subjects {
  /** @throws {CodedError} there is no such thing. */
  sessionOf(by: SubjectKind, id: string, signal: AbortSignal): Promise<string>;
  /** The same error, for whoever may not see it. */
  notFound(by: SubjectKind, id: string): CodedError;
}

/** What the use cases of accounts work with. */
export interface AccountsContext extends UserTools {
  readonly log: Log;
  readonly audit: AuditLog;
  readonly passwords: Passwords;
  readonly users: Users;
  readonly logins: Logins;
  readonly tokens: Tokens;
  readonly members: Members;
  readonly lockOut: LockOut;
  readonly tickets: Tickets;
  readonly revocations: Revocations;
  readonly subjects: Subjects;
}

/** Who acts: somebody who was let in, or whoever owns the data directory: the command line. */
export type Actor = Principal | 'owner';

export interface RecordInput {
  /** `job.cancel`, `terminal.attached`, ... */
  readonly action: string;
  /** What it is done to: an id. */
  readonly subject?: string | undefined;
  readonly address?: string | undefined;
  /** Facts without secrets. */
  readonly data?: Readonly<Record<string, unknown>> | undefined;
}

/** Write down who is about to do what; on disk when it resolves. Rejected, it must not be done. */
export async function record(
  { audit }: Pick<AccountsContext, 'audit'>,
  principal: Pick<Principal, 'userId' | 'name'> | undefined,
  { action, subject, address, data }: RecordInput,
  signal: AbortSignal,
): Promise<void> {
  const user = principal === undefined ? null : { id: principal.userId, name: principal.name };
  const entry = {
    action,
    user,
    address: address ?? null,
    subject: subject ?? null,
    data: data ?? {},
  };
  await audit.append(entry, signal);
}
