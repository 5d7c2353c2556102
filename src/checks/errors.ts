import { CodedError } from '../base/index.ts';

/** Problems that an error carries, and the characters of each. */
const MOST_PROBLEMS = 20;
const MOST_CHARACTERS = 1_500;

/** The site is not as it should be, and `problems` says how: what its agent is asked to repair. */
export class CheckFailedError extends CodedError {
  /** At most 20, each at most 1,500 characters; the last one says how many were left out. */
  readonly problems: readonly string[];

  constructor(what: string, problems: readonly string[]) {
    const kept = keptOf(problems);
    super('check.failed', `${what}: ${(kept[0] ?? 'no reason is known').split('\n')[0]}`, {
      facts: { problems: kept },
      todo: 'Repair it (site chat, or the files) and publish it: tmux-builder site redeploy SESSION',
    });
    this.problems = kept;
  }
}

/** The check itself could not be done; nothing is known of the site. */
export class CheckBrokenError extends CodedError {
  constructor(what: string, output: string, cause?: unknown) {
    super('check.broken', `${what} could not be done: ${lastLine(output)}`, {
      facts: { output: output.slice(-4_000) },
      todo: 'Run the step again; if it stays so, look whether the browser starts: browser_path',
      cause,
    });
  }
}

export class NoBrowserError extends CodedError {
  constructor(path: string) {
    super('checks.no-browser', `The browser ${path} is missing, or may not be executed.`, {
      facts: { path },
      todo: 'Correct browser_path, or unset it to take the Chromium or Chrome on PATH',
    });
  }
}

function keptOf(problems: readonly string[]): readonly string[] {
  const kept = problems.slice(0, MOST_PROBLEMS).map((one) => shorten(one, MOST_CHARACTERS));
  if (problems.length <= MOST_PROBLEMS) return kept;
  const more = problems.length - MOST_PROBLEMS + 1;
  return [...kept.slice(0, -1), `... and ${more} more problems.`];
}

/** Cut a text that is too long, and say so at its end. */
export function shorten(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 4)} ...`;
}

function lastLine(output: string): string {
  const lines = output.split('\n').map((line) => line.trim());
  return shorten(lines.findLast((line) => line !== '') ?? 'it said nothing', 300);
}
