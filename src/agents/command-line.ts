export interface CommandLine {
  /**
   * The simple commands it is made of; undefined where nobody can say before it runs: it has a
   * substitution, a redirection into a file, a comment, an open quote.
   */
  readonly certain: readonly string[] | undefined;
  /** Every command that it may hold, in each way of writing it that we know: for refusals. */
  readonly possible: readonly string[];
}

/** A longer one is nothing that a person has foreseen with a pattern. */
const LONGEST = 64 * 1024;

/**
 * Take a line for a POSIX shell, bash or zsh apart. It errs on one side: parts may be cut where the
 * shell would not, never joined where it would cut.
 */
export function readCommandLine(line: string): CommandLine {
  const certain = line.length > LONGEST ? undefined : cutCertainly(line);
  const parts = certain ?? trimmed(line.split(/[;|&\n()`<>]/));
  return { certain, possible: parts.flatMap(waysToWrite) };
}

function cutCertainly(line: string): readonly string[] | undefined {
  const parts: string[] = [];
  let part = '';
  let quote = '';
  for (let at = 0; at < line.length; at += 1) {
    const sign = line.charAt(at);
    const rest = line.slice(at, at + 80);
    if (quote === "'") {
      if (sign === "'") quote = '';
    } else if (isUncertain(rest, quote, line.charAt(at - 1))) {
      return undefined;
    } else if (sign === '\\') {
      at += 1;
      part += `\\${line.charAt(at)}`;
      continue;
    } else if (sign === '"') {
      quote = quote === '' ? '"' : '';
    } else if (quote === '' && sign === "'") {
      quote = "'";
    } else if (quote === '' && sign === '>') {
      const { length } = harmless.exec(rest)?.[0] ?? sign;
      part += line.slice(at, at + length);
      at += length - 1;
      continue;
    } else if (quote === '' && /[;|&\n()]/.test(sign)) {
      parts.push(part);
      part = '';
      continue;
    }
    part += sign;
  }
  return quote === '' ? trimmed([...parts, part]) : undefined;
}

/** Output that goes to another stream of the command or to nowhere. */
const harmless = /^>(?:&[12]|>?[ \t]*\/dev\/null)(?![^\s;|&)])/;

/** Signs that only running the line makes sense of; `before` is the sign in front of them. */
function isUncertain(rest: string, quote: string, before: string): boolean {
  if (/^(?:`|\0|\\$|\$[([]|\$\{(?!\w+\}))/.test(rest)) return true;
  if (quote !== '') return false;
  // In a comment a quote opens nothing; `$'` has escapes of its own.
  const isComment = rest.startsWith('#') && /^[\s;|&()]?$/.test(before);
  return isComment || /^(?:\$['"]|<)/.test(rest) || (rest.startsWith('>') && !harmless.test(rest));
}

/** What may stand before a command without being it. */
const leads =
  /^(?:(?:[!{]|then|do|else|elif|if|while|until|time|exec|command|builtin|nohup|env|sudo|\w+=\S*)\s+)+/;

/** As it stands, bare of what stands before it, without quotes, without the program's directory. */
function waysToWrite(part: string): readonly string[] {
  const bare = part.replace(leads, '');
  const plain = bare.replaceAll(/["'\\]/g, '');
  return [...new Set([part, bare, plain, plain.replace(/^\S*\//, '')])];
}

function trimmed(parts: readonly string[]): readonly string[] {
  return parts.map((part) => part.trim()).filter((part) => part !== '');
}
