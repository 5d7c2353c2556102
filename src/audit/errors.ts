import { CodedError, type CodedErrorOptions } from '../base/index.ts';

/** A file of the audit log cannot be used: nothing is done that cannot be written down. */
export class AuditFileError extends CodedError {
  constructor(path: string, code: string, options: CodedErrorOptions = {}) {
    super('audit.cannot-write', `The audit log ${path} cannot be used (${code}).`, {
      todo: 'Check the permissions and the space of the data directory, then try again: nothing was done',
      facts: { path, code },
      ...options,
    });
  }
}

/** Another process kept the log locked, or too much waits to be written. */
export class AuditBusyError extends CodedError {
  constructor(reason: string, facts: Readonly<Record<string, unknown>>) {
    super('audit.busy', `The audit log is busy: ${reason}.`, {
      todo: 'Try again; nothing was done',
      facts,
    });
  }
}
