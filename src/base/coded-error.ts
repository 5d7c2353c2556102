export interface CodedErrorOptions {
  /** What the person who reads this can do about it, as one imperative sentence. */
  readonly todo?: string;
  /** The values the message speaks of, for logs and `--json`. */
  readonly facts?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
}

/**
 * An expected failure. `code` is stable and listed in docs/errors.md (`folder.what-happened`);
 * anything thrown that is not a CodedError is a bug.
 */
export class CodedError extends Error {
  readonly code: string;
  readonly todo: string | undefined;
  readonly facts: Readonly<Record<string, unknown>>;

  constructor(code: string, message: string, options: CodedErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.code = code;
    this.todo = options.todo;
    this.facts = options.facts ?? {};
  }
}

/** True when `error` carries this code of ours. */
export function hasCode(error: unknown, code: string): error is CodedError {
  return error instanceof CodedError && error.code === code;
}

/** The `code` of a Node.js system error (`ENOENT`), or undefined for anything else. */
export function systemCode(error: unknown): string | undefined {
  // Our own codes are not the system's, also where a stream of ours fails in the midst of a write.
  if (!(error instanceof Error) || !('code' in error) || error instanceof CodedError) {
    return undefined;
  }
  return typeof error.code === 'string' ? error.code : undefined;
}
