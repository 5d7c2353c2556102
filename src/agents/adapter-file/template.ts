/** What stands in braces, and what becomes of it; docs/agents/adapter-file.md lists them. */
export type Values = Readonly<Record<string, string | ((name: string) => string)>>;

const placeholder = /\{(?<word>[a-z]+)(?: (?<name>\w+))?\}/g;

/** Put values in place of what stands in braces; what is none of them stays as it is. */
export function fill(text: string, values: Values): string {
  return text.replaceAll(placeholder, (whole: string, word: string, name?: string) => {
    const value = Object.hasOwn(values, word) ? values[word] : undefined;
    if (typeof value === 'function') return name === undefined ? whole : value(name);
    return value ?? whole;
  });
}

/** Fill every text in what is to become JSON. */
export function fillAll(value: unknown, values: Values): unknown {
  if (typeof value === 'string') return fill(value, values);
  if (Array.isArray(value)) return value.map((one) => fillAll(one, values));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, fillAll(one, values)]));
}

/** Words that need a name behind them: `{env HOME}`. */
const named = ['env', 'hook', 'ask'];

/** Everything that has a value somewhere. */
const known = [
  'instruction',
  'prompt',
  'output',
  'exchange',
  'model',
  'conversation',
  'resume',
  'home',
  'directory',
  'dir',
  'pid',
  'id',
  ...named,
];

/** Names of the events for which a text calls a hook of this kind. */
export function hooksIn(text: string, kind: 'hook' | 'ask'): readonly string[] {
  return Array.from(text.matchAll(placeholder), ({ groups }) =>
    groups?.['word'] === kind ? (groups['name'] ?? '') : '',
  ).filter((name) => name !== '');
}

/**
 * Say of each placeholder that has no value here what is wrong. In the content of a file, braces
 * around a word that is none of ours are the file's own.
 */
export function templateProblems(
  text: string,
  allowed: readonly string[],
  isContent = false,
): readonly string[] {
  const list = allowed.map((word) => (named.includes(word) ? `{${word} NAME}` : `{${word}}`));
  return Array.from(text.matchAll(placeholder), ([whole, word = '', name]) => {
    const isRight = allowed.includes(word) && named.includes(word) === (name !== undefined);
    if (isRight || (isContent && !known.includes(word))) return '';
    return `has ${whole}, which has no value here; these have: ${list.join(', ')}`;
  }).filter((problem) => problem !== '');
}
