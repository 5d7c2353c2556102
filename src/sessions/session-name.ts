import { SessionNameError } from './errors.ts';

const LONGEST_NAME = 200;

/** Control characters, lone surrogates, line separators, and marks that reorder the text shown. */
const unsafe = /[\p{Cc}\p{Cs}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u;

/**
 * Refuse a name that could mislead in a list or a log. Names never become paths.
 *
 * @throws {SessionNameError}
 */
export function checkName(name: string): void {
  const problem = findProblem(name);
  if (problem !== undefined) throw new SessionNameError(name.slice(0, LONGEST_NAME), problem);
}

function findProblem(name: string): string | undefined {
  if (name.trim() === '') return 'is empty';
  if (name.length > LONGEST_NAME) return `is longer than ${LONGEST_NAME} characters`;
  if (name.startsWith('.')) return 'begins with a dot';
  if (/[/\\]/.test(name)) return 'contains a slash';
  if (unsafe.test(name)) return 'contains a control character';
  return undefined;
}
