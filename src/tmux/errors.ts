import { CodedError, type CodedErrorOptions } from '../base/index.ts';

/** tmux is not where we looked for it. */
export class TmuxNotFoundError extends CodedError {
  constructor(tmuxPath: string, cause?: unknown) {
    super('tmux.not-found', `tmux was not found (looked for ${tmuxPath}).`, {
      todo: 'Install tmux 3.2 or newer (apt install tmux, brew install tmux), or name its path',
      facts: { tmuxPath },
      cause,
    });
  }
}

/** This tmux lacks something we cannot do without. */
export class TmuxTooOldError extends CodedError {
  constructor(version: string, lacking: readonly string[]) {
    super('tmux.too-old', `tmux ${version} is too old: it lacks ${lacking.join(', ')}.`, {
      todo: 'Install tmux 3.2 or newer',
      facts: { version, lacking },
    });
  }
}

/** No tmux server answers on this socket. */
export class TmuxServerGoneError extends CodedError {
  constructor(socketPath: string, cause?: unknown) {
    super('tmux.server-gone', `No tmux server runs on ${socketPath}.`, {
      todo: 'Start a new one; what ran in the old one is lost',
      facts: { socketPath },
      cause,
    });
  }
}

/** The server of this handle ended and another one took its socket: ids mean other things now. */
export class TmuxGenerationGoneError extends CodedError {
  constructor(socketPath: string, expectedPid: number, foundPid: number) {
    super(
      'tmux.generation-gone',
      `The tmux server on ${socketPath} was replaced: process ${foundPid} instead of ${expectedPid}.`,
      {
        todo: 'Connect again and look your sessions up anew',
        facts: { socketPath, expectedPid, foundPid },
      },
    );
  }
}

/** The server took longer than the deadline to answer; what the command did is unknown. */
export class TmuxServerUnresponsiveError extends CodedError {
  constructor(socketPath: string, deadlineMs: number) {
    super(
      'tmux.server-unresponsive',
      `The tmux server on ${socketPath} did not answer within ${deadlineMs} ms.`,
      {
        todo: 'Try again; if it stays silent, end it with killUnresponsiveServer',
        facts: { socketPath, deadlineMs },
      },
    );
  }
}

/** The control connection ended while a command was on its way: it may have run or not. */
export class TmuxConnectionLostError extends CodedError {
  constructor(socketPath: string, reason: string) {
    super('tmux.connection-lost', `Lost the connection to tmux on ${socketPath}: ${reason}.`, {
      todo: 'Look at the state (snapshot) before you repeat the command',
      facts: { socketPath, reason },
    });
  }
}

/** A server runs on this socket already. */
export class TmuxServerRunningError extends CodedError {
  constructor(socketPath: string) {
    super('tmux.server-running', `A tmux server runs on ${socketPath} already.`, {
      todo: 'Connect to it, or use another socket path',
      facts: { socketPath },
    });
  }
}

/** tmux refused to start the server or its first session. */
export class TmuxStartError extends CodedError {
  constructor(socketPath: string, reply: string) {
    super('tmux.start-failed', `tmux did not start on ${socketPath}: ${reply}.`, {
      todo: 'Read the reason in the message; check the directory of the socket',
      facts: { socketPath, reply },
    });
  }
}

/** The socket's path is too long, or its directory is not private. */
export class BadSocketPathError extends CodedError {
  constructor(socketPath: string, reason: string) {
    super('tmux.bad-socket-path', `Cannot use ${socketPath} as a tmux socket: ${reason}.`, {
      todo: 'Use a short path in a directory of your own with mode 0700',
      facts: { socketPath, reason },
    });
  }
}

/** A name that tmux would change, run or not find again. */
export class BadNameError extends CodedError {
  constructor(name: string, reason: string) {
    super('tmux.bad-name', `${JSON.stringify(name)} cannot be a tmux name: ${reason}.`, {
      todo: 'Use letters, digits, blanks, - and _',
      facts: { name, reason },
    });
  }
}

/** The directory a pane is to start in is not there; tmux would silently use another one. */
export class BadDirectoryError extends CodedError {
  constructor(directory: string, reason: string, cause?: unknown) {
    super('tmux.bad-directory', `Cannot start in ${directory}: ${reason}.`, {
      todo: 'Create the directory first, and give its absolute path',
      facts: { directory, reason },
      cause,
    });
  }
}

/** A value that cannot be given to tmux, refused before tmux saw it. */
export class BadArgumentError extends CodedError {
  constructor(what: string, value: unknown, options: Pick<CodedErrorOptions, 'todo'> = {}) {
    const shown = JSON.stringify(value)?.slice(0, 200) ?? String(value);
    super('tmux.bad-argument', `${what}: ${shown}`, { ...options, facts: { value: shown } });
  }
}

/** A command that kills, hangs or wedges a tmux server, refused before tmux saw it. */
export class ForbiddenCommandError extends CodedError {
  constructor(command: string, reason: string, instead: string) {
    super('tmux.forbidden-command', `${command} is not sent: ${reason}.`, {
      todo: instead,
      facts: { command, reason },
    });
  }
}

/** The tmux in use cannot do this. */
export class UnsupportedError extends CodedError {
  constructor(feature: string, version: string, since: string) {
    super(
      'tmux.unsupported',
      `tmux ${version} cannot do this (${feature}): it came with ${since}.`,
      {
        todo: `Install tmux ${since} or newer, or do without`,
        facts: { feature, version, since },
      },
    );
  }
}

/** The program in the pane has ended, so nothing can be typed to it or awaited from it. */
export class PaneDeadError extends CodedError {
  constructor(pane: string) {
    super('tmux.pane-dead', `The program in pane ${pane} has ended.`, {
      todo: 'Respawn the pane, or make a new one',
      facts: { pane },
    });
  }
}

/** A process of the pane's old program outlived SIGKILL, so no second one is started beside it. */
export class OldProcessAliveError extends CodedError {
  constructor(pane: string, pids: readonly number[]) {
    super('tmux.old-process-alive', `Pane ${pane}: processes ${pids.join(', ')} do not end.`, {
      todo: 'Leave its files alone until they are gone (they wait for a disk or a device)',
      facts: { pane, pids },
    });
  }
}
