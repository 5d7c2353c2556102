import { CodedError, type CodedErrorOptions } from '../base/index.ts';
import type { SessionStatus } from './session.ts';

export class SessionNameError extends CodedError {
  constructor(name: string, problem: string) {
    super('session.bad-name', `The session name ${JSON.stringify(name)} ${problem}.`, {
      todo: 'Choose a name of 1 to 200 characters without slashes, control characters or a dot in front',
      facts: { name },
    });
  }
}

export class SessionNotFoundError extends CodedError {
  constructor(reference: string) {
    super('session.not-found', `There is no session ${JSON.stringify(reference)}.`, {
      todo: 'List the sessions: tmux-builder session list',
      facts: { reference },
    });
  }
}

export class SessionAmbiguousError extends CodedError {
  constructor(reference: string, ids: readonly string[]) {
    super('session.ambiguous', `Several sessions match ${JSON.stringify(reference)}.`, {
      todo: `Give the whole id, one of: ${ids.join(', ')}`,
      facts: { reference, ids },
    });
  }
}

/** The session is not in the status that the command needs. */
export class SessionStatusError extends CodedError {
  constructor(id: string, status: SessionStatus, wanted: 'active' | 'archived') {
    const code = wanted === 'active' ? 'session.not-active' : 'session.not-archived';
    const message = `Session ${id} is ${status}, not ${wanted}.`;
    super(code, message, { todo: todoFor(id, status), facts: { id, status } });
  }
}

function todoFor(id: string, status: SessionStatus): string {
  switch (status) {
    case 'active':
      return `Nothing is to be done; to archive it: tmux-builder session archive ${id}`;
    case 'archived':
      return `Bring it back first: tmux-builder session restore ${id}`;
    case 'archiving':
    case 'restoring':
      return 'Wait until that has ended, then look again';
    case 'deleting':
      return 'It is being deleted for good; make a new one: tmux-builder session create';
    default:
      return status satisfies never;
  }
}

/** Another program archives, restores or deletes the session right now. */
export class SessionBusyError extends CodedError {
  constructor(id: string, status: SessionStatus, pid: number | undefined) {
    const who = pid === undefined ? 'another process' : `process ${pid}`;
    super('session.busy', `Session ${id} is being changed by ${who} (${status}).`, {
      todo: 'Wait until that has ended, then look again',
      facts: { id, status, pid },
    });
  }
}

export class SessionHasJobsError extends CodedError {
  constructor(id: string, jobs: readonly string[]) {
    super('session.has-running-jobs', `Session ${id} has jobs that are not settled.`, {
      todo: `Wait for them or cancel them first: tmux-builder job cancel ${jobs[0] ?? 'JOB'}`,
      facts: { id, jobs },
    });
  }
}

export class SessionHasSiteError extends CodedError {
  constructor(id: string, status: string) {
    super('session.has-site', `Session ${id} has a site that is ${status}.`, {
      todo: `Destroy it first: tmux-builder site destroy ${id}`,
      facts: { id, status },
    });
  }
}

/** The session's directory could not be moved or removed; it is where it was. */
export class SessionMoveError extends CodedError {
  constructor(path: string, code: string, options: CodedErrorOptions = {}) {
    super('session.cannot-move', `The directory ${path} cannot be moved or removed (${code}).`, {
      todo: 'Check the permissions and the space of the data directory, then try again',
      facts: { path, code },
      ...options,
    });
  }
}

/** A file or folder of a session's directory could not be written. */
export class SessionWriteError extends CodedError {
  constructor(path: string, code: string, options: CodedErrorOptions = {}) {
    super('session.cannot-write', `The session file ${path} cannot be written (${code}).`, {
      todo: 'Check the permissions and the space of the data directory, then try again',
      facts: { path, code },
      ...options,
    });
  }
}

export class SessionDirectoryMissingError extends CodedError {
  constructor(path: string, options: CodedErrorOptions = {}) {
    super('session.directory-missing', `The session directory ${path} is not there.`, {
      todo: 'Put it back from a backup, or run: tmux-builder session recover ID',
      facts: { path },
      ...options,
    });
  }
}

export class PathOutsideSessionError extends CodedError {
  constructor(path: string, dir: string) {
    super('session.path-outside', `The path ${JSON.stringify(path)} leads out of ${dir}.`, {
      todo: 'Name a file below the session directory, or copy it into its uploads/',
      facts: { path, dir },
    });
  }
}
