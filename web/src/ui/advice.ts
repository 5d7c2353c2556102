/** What advice for a command line means here; the first that fits. */
const ways: readonly (readonly [RegExp, string])[] = [
  [/(?::|, with| with) tmux-builder job logs(?: \S+)?/, ' in its recording'],
  [/with --time-limit\b/, 'in “More options” of a new job'],
  [/: tmux-builder job (?:list|show)(?: \S+)?$/, ' on the page Jobs'],
  [/: tmux-builder job (retry|cancel)(?: \S+)?/, ' with its button: $1'],
  [/: tmux-builder asking$/, ' on the page “Needs you”'],
  [/: tmux-builder site list$/, ' on the page Sites'],
  [/: tmux-builder site create\b.*$/, ' with “New site”'],
  [/: tmux-builder site (redeploy|cancel|destroy)(?: \w+)?/, ' with its button: $1'],
  [/: tmux-builder site rerun(?: \w+){0,2}/, ' with “Rerun from here”'],
  [/: tmux-builder site logs(?: \w+)?/, ' on its page, under Logs'],
  [/: tmux-builder site releases(?: \w+)?/, ' on its page, under Releases'],
  [/: tmux-builder site status(?: \w+)?/, ' on its page, under Pipeline'],
  [/ ?\(tmux-builder [^)]*\)/, ''],
];

/**
 * Say in words of the dashboard what the server advises, which speaks to its command line as well.
 * Advice that has no counterpart here stays as it is.
 */
export function advice(todo: string): string {
  const way = ways.find(([told]) => told.test(todo));
  return way === undefined ? todo : todo.replace(...way);
}
