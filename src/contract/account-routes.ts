import { z } from 'zod';
import {
  auditCheckView,
  auditView,
  loginView,
  meView,
  newTokenView,
  tokenView,
  userView,
} from './account-views.ts';
import {
  anybody,
  idText,
  loggedIn,
  pageOf,
  pageQuery,
  roleSchema,
  route,
  withRole,
  userText,
} from './route.ts';

const tag = 'users';
const userName = userText;
const password = z.string().min(10).max(1_000);

export const accountRoutes = {
  /** Sets the login cookie. */
  logIn: route('POST', '/api/login', {
    tag,
    summary: 'Log in by name and password',
    access: anybody,
    body: z.strictObject({ name: z.string().max(100), password: z.string().max(1_000) }),
    reply: meView,
    bodyLimit: 8_192,
  }),
  /** With the code of a one-time link: the first admin's, an invitation's, a forgotten password's. */
  acceptInvitation: route('POST', '/api/invitations/accept', {
    tag,
    summary: 'Set a password by a one-time link, and log in',
    access: anybody,
    body: z.strictObject({ code: z.string().max(200), name: userName.optional(), password }),
    reply: meView,
    bodyLimit: 8_192,
  }),
  /** What the page of a one-time link shows; 404 when it was used or is too old. */
  getInvitation: route('POST', '/api/invitations/look', {
    tag,
    summary: 'For whom a one-time link is',
    access: anybody,
    body: z.strictObject({ code: z.string().max(200) }),
    reply: z.object({ name: z.string(), role: roleSchema, is_first: z.boolean() }),
    bodyLimit: 8_192,
  }),
  logOut: route('POST', '/api/logout', { tag, summary: 'Log out here', access: loggedIn }),
  me: route('GET', '/api/me', {
    tag,
    summary: 'Who is logged in',
    access: loggedIn,
    reply: meView,
  }),
  setPassword: route('PUT', '/api/me/password', {
    tag,
    summary: 'Change one’s own password; other logins end',
    access: loggedIn,
    body: z.strictObject({ old: z.string().max(1_000), password }),
    audit: 'user.password-set',
    bodyLimit: 8_192,
  }),
  listLogins: route('GET', '/api/me/logins', {
    tag,
    summary: 'List where one is logged in',
    access: loggedIn,
    reply: z.object({ items: z.array(loginView) }),
  }),
  endLogin: route('DELETE', '/api/me/logins/:login_id', {
    tag,
    summary: 'End a login of one’s own, at once',
    access: loggedIn,
    params: z.strictObject({ login_id: idText }),
    audit: 'login.ended',
  }),
  listTokens: route('GET', '/api/me/tokens', {
    tag,
    summary: 'List one’s own API tokens',
    access: loggedIn,
    reply: z.object({ items: z.array(tokenView) }),
  }),
  createToken: route('POST', '/api/me/tokens', {
    tag,
    summary: 'Make an API token; it is shown this once',
    access: loggedIn,
    body: z.strictObject({
      name: z.string().min(1).max(100),
      role: roleSchema,
      session_id: idText.optional(),
      expires_in_days: z.int().min(1).max(3_650).optional(),
    }),
    reply: newTokenView,
    status: 201,
    audit: 'token.created',
  }),
  revokeToken: route('DELETE', '/api/me/tokens/:token_id', {
    tag,
    summary: 'Revoke an API token of one’s own, at once',
    access: loggedIn,
    params: z.strictObject({ token_id: idText }),
    audit: 'token.revoked',
  }),
  listUsers: route('GET', '/api/users', {
    tag,
    summary: 'List users',
    access: withRole('admin'),
    query: pageQuery,
    reply: pageOf(userView),
  }),
  /** Without a password: they set it themselves by the link `invitation_path`. */
  createUser: route('POST', '/api/users', {
    tag,
    summary: 'Invite somebody; gives the one-time link',
    access: withRole('admin'),
    body: z.strictObject({ name: userName, role: roleSchema }),
    reply: userView.extend({ invitation_path: z.string(), invitation_expires_at: z.string() }),
    status: 201,
    audit: 'user.created',
  }),
  setUser: route('PATCH', '/api/users/:user_id', {
    tag,
    summary: 'Change a role, or disable somebody: logins and tokens end at once',
    access: withRole('admin'),
    params: z.strictObject({ user_id: idText }),
    body: z.strictObject({ role: roleSchema.optional(), is_disabled: z.boolean().optional() }),
    reply: userView,
    audit: 'user.set',
  }),
  resetUser: route('POST', '/api/users/:user_id/reset', {
    tag,
    summary: 'Give somebody who forgot their password a new one-time link',
    access: withRole('admin'),
    params: z.strictObject({ user_id: idText }),
    reply: z.object({ invitation_path: z.string(), invitation_expires_at: z.string() }),
    audit: 'user.reset',
  }),
  listAudit: route('GET', '/api/audit', {
    tag: 'audit',
    summary: 'List who did what, newest first',
    access: withRole('admin'),
    query: pageQuery.extend({
      action: z.string().max(100).optional(),
      user_id: idText.optional(),
      subject: idText.optional(),
    }),
    reply: pageOf(auditView),
  }),
  verifyAudit: route('POST', '/api/audit/verify', {
    tag: 'audit',
    summary: 'Check that no entry of the audit log was changed or removed',
    access: withRole('admin'),
    reply: auditCheckView,
  }),
} as const;
