import { CodedError } from '../base/index.ts';

export function inputGap(found: number, expected: number): CodedError {
  return new CodedError(
    'terminal.input-gap',
    `Input ${found} came where ${expected} was expected; it was not typed.`,
    { todo: 'Subscribe again: the count begins anew', facts: { found, expected } },
  );
}

export function inputFull(bytes: number): CodedError {
  return new CodedError(
    'terminal.input-full',
    `The terminal has ${bytes} bytes of input that it did not take yet; no more was typed.`,
    { todo: 'Wait until what you typed before is acknowledged', facts: { bytes } },
  );
}

export function notWriter(): CodedError {
  return new CodedError(
    'terminal.not-writer',
    'You may not type here: you do not hold the input.',
    {
      todo: 'Take the input first',
    },
  );
}

export function held(name: string): CodedError {
  return new CodedError('terminal.held', `${name} holds the input of this terminal.`, {
    todo: 'Wait until it is free, or take it over',
    facts: { name },
  });
}

export function terminalGone(agentId: string, cause?: unknown): CodedError {
  return new CodedError('terminal.gone', `The terminal of ${agentId} is gone.`, {
    todo: 'Look at what became of its agent',
    facts: { agentId },
    cause,
  });
}

export function tooManyViewers(agentId: string, limit: number): CodedError {
  return new CodedError(
    'terminal.too-many-viewers',
    `The terminal of ${agentId} has ${limit} viewers, which is the most it may have.`,
    { todo: 'Close a window that shows it', facts: { agentId, limit } },
  );
}

export function tooManyScreens(limit: number): CodedError {
  return new CodedError(
    'terminal.too-many-screens',
    `${limit} terminals are watched, which is the most this process watches at once.`,
    { todo: 'Close windows that show others', facts: { limit } },
  );
}

export function badSize(columns: number, rows: number): CodedError {
  return new CodedError('terminal.bad-size', `A terminal cannot have ${columns}x${rows} cells.`, {
    todo: 'Use 20 to 500 columns and 5 to 200 rows',
    facts: { columns, rows },
  });
}
