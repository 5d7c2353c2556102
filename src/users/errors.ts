import { CodedError } from '../base/index.ts';

/** Nobody is logged in, or the login or token is no longer good. */
export class LoginRequiredError extends CodedError {
  constructor() {
    super('auth.login-required', 'This needs a login, or an API token or ticket that is good.', {
      todo: 'Log in, or send an API token: Authorization: Bearer TOKEN',
    });
  }
}

/** May be seen, but not done. */
export class ForbiddenError extends CodedError {
  constructor(reason: string, facts: Readonly<Record<string, unknown>> = {}) {
    super('auth.forbidden', reason, {
      facts,
      todo: 'Ask an admin for the right to it, or use a login or token that has it',
    });
  }
}

/** One message for a wrong name, a wrong password and a disabled user, so that none is told apart. */
export class WrongLoginError extends CodedError {
  constructor() {
    super('auth.wrong-login', 'The name or the password is wrong.', {
      todo: 'Try again; an admin can give a new one-time link to set the password',
    });
  }
}

export class LockedError extends CodedError {
  constructor(retryAfterSeconds: number) {
    super('auth.locked', `Too many logins failed; try again in ${retryAfterSeconds} s.`, {
      facts: { retryAfterSeconds, retryAfterMs: retryAfterSeconds * 1_000 },
      todo: 'Wait that long; an admin can give a new one-time link at once',
    });
  }
}

export class WrongPasswordError extends CodedError {
  constructor() {
    super('auth.wrong-password', 'The old password is wrong.', {
      todo: 'Try again; an admin can give a new one-time link to set the password',
    });
  }
}

export class InvitationNotFoundError extends CodedError {
  constructor() {
    super('invitation.not-found', 'This one-time link was used, is too old, or never was.', {
      todo: 'Ask an admin for a new one: tmux-builder user reset NAME',
    });
  }
}

export class UserNotFoundError extends CodedError {
  constructor(reference: string) {
    super('user.not-found', `There is no user ${JSON.stringify(reference)}.`, {
      facts: { reference },
      todo: 'List the users: tmux-builder user list',
    });
  }
}

export class UserNameError extends CodedError {
  constructor(code: 'user.bad-name' | 'user.name-taken', name: string, problem: string) {
    super(code, `The name ${JSON.stringify(name)} ${problem}.`, {
      facts: { name },
      todo: 'Choose another one: 1 to 100 letters, digits and . _ @ + -',
    });
  }
}

export class WeakPasswordError extends CodedError {
  constructor(problem: string) {
    super('user.weak-password', `The password ${problem}.`, {
      todo: 'Choose one of 10 to 1,000 characters that is not your name; several words are good',
    });
  }
}

export class LastAdminError extends CodedError {
  constructor(name: string) {
    super('users.last-admin', `${name} is the last admin and must stay one.`, {
      facts: { name },
      todo: 'Make somebody else an admin first, and wait until they have set their password',
    });
  }
}

export class LoginNotFoundError extends CodedError {
  constructor(id: string) {
    super('login.not-found', `There is no login ${id} of yours.`, { facts: { id } });
  }
}

export class TokenNotFoundError extends CodedError {
  constructor(id: string) {
    super('token.not-found', `There is no API token ${id}.`, {
      facts: { id },
      todo: 'List the tokens: tmux-builder token list',
    });
  }
}

export class TooManyTokensError extends CodedError {
  constructor(most: number) {
    super('token.too-many', `This user has ${most} API tokens, and may not have more.`, {
      facts: { most },
      todo: 'Revoke those that nobody uses: tmux-builder token list',
    });
  }
}

export class MemberIsOwnerError extends CodedError {
  constructor(name: string) {
    super('member.is-owner', `The session is ${name}'s own.`, {
      facts: { name },
      todo: 'Nothing is to be done: the owner may use all of it',
    });
  }
}
