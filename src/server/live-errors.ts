import { CodedError } from '../base/index.ts';

/** What came over the socket is no frame, or its payload is not what its type wants. */
export class BadFrameError extends CodedError {
  constructor(reason: string) {
    super('terminal.bad-frame', `The frame cannot be taken: ${reason}.`, {
      todo: 'See docs/terminal-socket.md for the frames',
    });
  }
}

export class NoSuchPaneError extends CodedError {
  constructor(pane: number) {
    super('terminal.no-pane', `Pane ${pane} shows no terminal.`, {
      facts: { pane },
      todo: 'Subscribe it first',
    });
  }
}

export class TooManyPanesError extends CodedError {
  constructor(most: number) {
    super('terminal.too-many-panes', `This socket shows ${most} terminals already.`, {
      facts: { most },
      todo: 'Unsubscribe those that are not seen',
    });
  }
}

export class TooFastError extends CodedError {
  constructor() {
    super('terminal.too-fast', 'Input came faster than it is taken; it was not typed.', {
      todo: 'Send the next input when the one before was acknowledged',
    });
  }
}

export class TooManySocketsError extends CodedError {
  constructor(most: number, whose: 'user' | 'server') {
    const message =
      whose === 'user'
        ? `This user has ${most} terminal sockets open already.`
        : `The server has ${most} terminal sockets open already.`;
    super('terminal.too-many-sockets', message, {
      facts: { most, retryAfterMs: 5_000 },
      todo: 'Close tabs or programs that nobody looks at',
    });
  }
}
