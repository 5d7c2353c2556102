import { CodedError, type CodedErrorOptions } from '../base/index.ts';
import type { SessionStatus } from './session.ts';

export class SessionNameError extends CodedError {
  constructor(name: string, problem: string) {
    super('session.bad-name', `The session name ${JSON.stringify(name)} ${problem}.`, {
      todo: 'Choose a name of 1 to 200 characters without slashes, control characters or a dot in front.',
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
    const command = wanted === 'active' ? 'restore' : 'archive';
    super(`session.not-${wanted}`, `Session ${id} is ${status}, not ${wanted}.`, {
      todo: `Run first: tmux-builder session ${command} ${id}`,
      facts: { id, status },
    });
  }
}

/** Another program archives, restores or deletes the session right now. */
export class SessionBusyError extends CodedError {
  constructor(id: string, status: SessionStatus, pid: number | undefined) {
    const who = pid === undefined ? 'another process' : `process ${pid}`;
    super('session.busy', `Session ${id} is being changed by ${who} (${status}).`, {
      todo: 'Wait until that has ended, then look again.',
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

/** The session's directory could not be moved or removed; it is where it was. */
export class SessionMoveError extends CodedError {
  constructor(path: string, code: string, options: CodedErrorOptions = {}) {
    super('session.cannot-move', `The directory ${path} cannot be moved or removed (${code}).`, {
      todo: 'Check the permissions and the space of the data directory, then try again.',
      facts: { path, code },
      ...options,
    });
  }
}

/** A file or folder of a session's directory could not be written. */
export class SessionWriteError extends CodedError {
  constructor(path: string, code: string, options: CodedErrorOptions = {}) {
    super('session.cannot-write', `The session file ${path} cannot be written (${code}).`, {
      todo: 'Check the permissions and the space of the data directory, then try again.',
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
      todo: 'Name a file below the session directory, or copy it into its uploads/.',
      facts: { path, dir },
    });
  }
}
