const facts: readonly string[] = [
  'Keep a program running after you close the terminal or lose the SSH connection, and come back to it with `tmux attach`.',
  'Show several programs at once: split a window into panes, and keep one window for each piece of work.',
  'Drive programs from scripts: `tmux send-keys` types into a pane, `tmux capture-pane -p` reads what it shows.',
  'Work in pairs: two people attach to one session and see and type into the same screen.',
  'Set up a whole working place with one script: sessions, windows, directories and the programs in them.',
  'Record what a program prints with `tmux pipe-pane`, also while nobody looks.',
  'Scroll, search and copy in the output of any program with copy mode.',
  'Watch long jobs: `monitor-activity` and `monitor-silence` tell when a window prints or falls silent.',
];

const numbers = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight'];

/** Say what a prompt holds; a greeting is returned, and what is asked of tmux answered from a list. */
export function describePrompt(text: string): string {
  const greeting = /\bhello\b/i.test(text) ? ['Hello!'] : [];
  return [...greeting, ...tmuxUses(text), figures(text), ...headings(text)].join('\n\n');
}

function tmuxUses(text: string): readonly string[] {
  if (!/\btmux\b/i.test(text)) return [];
  const asked = /\b(?<count>\d+|two|three|four|five|six|seven|eight)\b/i.exec(text);
  const word = (asked?.groups?.['count'] ?? 'three').toLowerCase();
  const count = /^\d+$/.test(word) ? Number(word) : numbers.indexOf(word);
  const chosen = facts.slice(0, Math.max(1, count));
  const list = chosen.map((fact, index) => `${index + 1}. ${fact}`).join('\n');
  return [`From a built-in list, ${chosen.length} uses of tmux:\n\n${list}`];
}

function figures(text: string): string {
  const words = text.match(/[\p{L}\p{N}_'-]+/gu) ?? [];
  const counts = new Map<string, number>();
  for (const word of words.map((one) => one.toLowerCase()).filter((one) => one.length > 3)) {
    counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  const frequent = [...counts]
    .toSorted(([a, many], [b, few]) => few - many || (a < b ? -1 : 1))
    .slice(0, 5)
    .map(([word, count]) => `${word} (${count})`);
  return `The prompt in figures:

- ${Array.from(text).length} characters, ${words.length} words, ${text.split('\n').length} lines
- longer words by frequency: ${frequent.join(', ') || 'none'}`;
}

function headings(text: string): readonly string[] {
  const found = text.split('\n').filter((line) => /^#{1,6} /.test(line));
  return found.length === 0
    ? []
    : [`Its headings:\n\n${found.map((one) => `    ${one}`).join('\n')}`];
}
