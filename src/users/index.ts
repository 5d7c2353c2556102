export { changeAccounts, type UserTools } from './change-accounts.ts';
export {
  type Credential,
  findAgain,
  findByCredential,
  type Found,
  noteUse,
} from './credentials.ts';
export {
  ForbiddenError,
  InvitationNotFoundError,
  LoginRequiredError,
  UserNotFoundError,
  WrongLoginError,
} from './errors.ts';
export type { Invitation } from './invitations.ts';
export { LockOut, type Trier } from './lock-out.ts';
export { type Login, Logins } from './logins.ts';
export { type Member, Members, roleInSession } from './members.ts';
export { type PasswordCost, Passwords } from './passwords.ts';
export { isAtLeast, type Principal, type Role, roles, smallerRole } from './principal.ts';
export { type OnRevoked, Revocations } from './revocations.ts';
export { type Ticket, Tickets } from './tickets.ts';
export { type Token, Tokens } from './tokens.ts';
export type { UserQuery } from './list-users.ts';
export { checkPassword, type User } from './user.ts';
export { type Invited, Users } from './users.ts';
