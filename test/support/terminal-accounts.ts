import { CodedError } from '../../src/base/index.ts';
import type { Access, Role } from '../../src/contract/index.ts';
import type { Principal } from '../../src/users/index.ts';

const order: readonly Role[] = ['viewer', 'operator', 'admin'];

interface Entry {
  readonly action: string;
  readonly subject?: string | undefined;
}

/** In place of the accounts of an App: who is known, what they may, and what was written down. */
export class StandInAccounts {
  readonly recorded: string[] = [];
  /** What each user may at each agent; what is not in it does not exist for them. */
  readonly rights = new Map<string, Role>();
  /** Ids of logins and tokens that have ended, of which nobody was told. */
  readonly ended = new Set<string>();
  readonly people = new Map<string, Principal>();
  readonly #tickets = new Map<string, Principal>();
  readonly #listeners = new Set<(id: string) => void>();
  /** Looks at the rights so far. */
  looks = 0;
  #count = 0;

  add(name: string, role: Role = 'operator', more: Partial<Principal> = {}): Principal {
    const principal: Principal = {
      userId: `usr_${name}`,
      name,
      role,
      via: 'token',
      credentialId: `tok_${name}`,
      sessionId: undefined,
      expiresAt: undefined,
      ...more,
    };
    this.people.set(`secret-of-${name}`, principal);
    return principal;
  }

  allow({ userId }: Principal, agentId: string, role: Role | undefined): void {
    const key = `${userId} ${agentId}`;
    if (role === undefined) this.rights.delete(key);
    else this.rights.set(key, role);
  }

  ticketOf(principal: Principal): string {
    const ticket = `ticket-${(this.#count += 1)}`;
    this.#tickets.set(ticket, principal);
    return ticket;
  }

  redeemTicket = (ticket: string): Principal | undefined => {
    const principal = this.#tickets.get(ticket);
    this.#tickets.delete(ticket);
    return principal;
  };

  authenticate = async ({ secret }: { readonly secret: string }): Promise<Principal | undefined> =>
    this.people.get(secret);

  authorize = async (
    principal: Principal | undefined,
    access: Access,
    params: Readonly<Record<string, string>>,
  ): Promise<void> => {
    this.looks += 1;
    if (principal === undefined || this.ended.has(principal.credentialId))
      throw new CodedError('auth.login-required', 'Log in.');
    if (access.kind !== 'owned') return;
    const agentId = params[access.by] ?? '';
    const own = this.rights.get(`${principal.userId} ${agentId}`);
    if (own === undefined) throw new CodedError('live-agent.not-found', `There is no ${agentId}.`);
    if (order.indexOf(own) >= order.indexOf(access.role)) return;
    throw new CodedError('auth.forbidden', 'Not allowed.');
  };

  visibilityOf = ({ role, userId, sessionId }: Principal) =>
    role === 'admin' ? { sessionId } : { userId, sessionId };

  record = async (principal: Principal | undefined, { action, subject }: Entry): Promise<void> => {
    this.recorded.push(`${principal?.name} ${action} ${subject}`);
  };

  onRevoked = (listener: (id: string) => void): Disposable => {
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) };
  };

  revoke(id: string): void {
    for (const listener of this.#listeners) listener(id);
  }
}
