import { CodedError } from '../../base/index.ts';

/** One thing that is wrong in a file; line and column count from 1. */
export interface FileProblem {
  readonly line: number;
  readonly column: number;
  /** As in `dialogs[0].shows`; empty for the file as a whole. */
  readonly field: string;
  readonly problem: string;
}

/** An adapter file, or a file of screen rules, says something that cannot be. */
export class AgentFileInvalidError extends CodedError {
  readonly problems: readonly FileProblem[];

  constructor(path: string, problems: readonly FileProblem[]) {
    const lines = problems.map(({ line, column, field, problem }) =>
      [`line ${line}, column ${column}`, field, problem].filter((part) => part !== '').join(': '),
    );
    super('agent.file-invalid', `${path} is wrong in ${lines.join('; ')}.`, {
      facts: { path, problems },
      todo: 'Correct the file; docs/agents/adapter-file.md lists its fields',
    });
    this.problems = problems;
  }
}
