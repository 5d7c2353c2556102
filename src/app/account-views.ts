import type { AuditCheck, AuditEntry } from '../audit/index.ts';
import type {
  AuditCheckView,
  AuditView,
  LoginView,
  MemberView,
  MeView,
  TokenView,
  UserView,
} from '../contract/index.ts';
import type { Login, Member, Principal, Token, User } from '../users/index.ts';
import { toOptionalTime, toTime } from './to-time.ts';

/** How what belongs to accounts looks when it crosses a door. */

export function toUserView(user: User): UserView {
  return {
    user_id: user.id,
    name: user.name,
    role: user.role,
    is_disabled: user.isDisabled,
    has_password: user.hasPassword,
    created_at: toTime(user.createdAt),
    last_seen_at: toOptionalTime(user.lastSeenAt),
  };
}

export function toMeView(
  user: User,
  principal: Pick<Principal, 'role' | 'via' | 'expiresAt'>,
): MeView {
  return {
    user: toUserView(user),
    role: principal.role,
    via: principal.via,
    expires_at: toOptionalTime(principal.expiresAt),
  };
}

export function toLoginView(login: Login, current: string): LoginView {
  return {
    login_id: login.id,
    user_id: login.userId,
    created_at: toTime(login.createdAt),
    last_seen_at: toTime(login.lastSeenAt),
    expires_at: toTime(login.expiresAt),
    agent: login.agent ?? null,
    address: login.address ?? null,
    is_this: login.id === current,
  };
}

export function toTokenView(token: Token): TokenView {
  return {
    token_id: token.id,
    user_id: token.userId,
    name: token.name,
    role: token.role,
    session_id: token.sessionId ?? null,
    created_at: toTime(token.createdAt),
    expires_at: toOptionalTime(token.expiresAt),
    last_used_at: toOptionalTime(token.lastUsedAt),
  };
}

export function toMemberView({ userId, name, role }: Member): MemberView {
  return { user_id: userId, name, role };
}

export function toAuditView(entry: AuditEntry): AuditView {
  return {
    sequence: entry.sequence,
    at: entry.at,
    action: entry.action,
    user_id: entry.user?.id ?? null,
    user_name: entry.user?.name ?? null,
    address: entry.address,
    subject: entry.subject,
    data: { ...entry.data },
    hash: entry.hash,
  };
}

export function toAuditCheckView(check: AuditCheck): AuditCheckView {
  return {
    is_whole: check.isWhole,
    entries: check.entries,
    broken_at: check.brokenAt ?? null,
    detail: check.detail,
  };
}
