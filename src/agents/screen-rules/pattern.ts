import { z } from 'zod';

/** Longer ones are a mistake, or built to be slow. */
const LONGEST_PATTERN = 300;

/**
 * One pattern of a rule: text that is looked for as it is, or a regular expression between two
 * slashes, `/^\d+ files?$/i`. What cannot be compiled, or could take for ever, is a problem.
 */
export const pattern = z.string().transform((text, ctx): RegExp => {
  const problem = findProblem(text);
  if (problem === undefined) return compile(text);
  ctx.issues.push({ code: 'custom', message: problem, input: text });
  return z.NEVER;
});

/** One pattern or a list of them. */
export const patterns = z.preprocess(
  (value) => (Array.isArray(value) ? value : [value]),
  z.array(pattern).min(1),
);

/** A name as it is, or a regular expression that finds it. */
export const nameOrPattern = z.string().transform((text, ctx): string | RegExp => {
  const problem = findProblem(text);
  if (problem === undefined) return inSlashes.test(text) ? compile(text) : text;
  ctx.issues.push({ code: 'custom', message: problem, input: text });
  return z.NEVER;
});

const inSlashes = /^\/(?<source>.+)\/(?<flags>i?)$/s;

function compile(text: string): RegExp {
  const { source, flags = '' } = inSlashes.exec(text)?.groups ?? {};
  if (source !== undefined) return new RegExp(source, `u${flags}`);
  return new RegExp(text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`), 'u');
}

function findProblem(text: string): string | undefined {
  if (text.trim() === '') return 'is empty; give text, or a regular expression between slashes';
  if (text.length > LONGEST_PATTERN) {
    return `has ${text.length} characters; the most are ${LONGEST_PATTERN}`;
  }
  const source = inSlashes.exec(text)?.groups?.['source'];
  if (source === undefined) return undefined;
  try {
    compile(text);
  } catch (error) {
    return `is no regular expression: ${error instanceof Error ? error.message : String(error)}`;
  }
  if (!repeatsWhatVaries(source)) return undefined;
  return 'repeats a group that itself repeats or has alternatives, which may take for ever; write it without one of them';
}

/**
 * `(a+)+` and `(a|aa)*` try exponentially many ways on a text that does not fit. Everything else
 * is held by the bound on the text.
 */
function repeatsWhatVaries(source: string): boolean {
  const bare = source
    .replaceAll(/\\./gsu, 'x')
    .replaceAll(/\[[^\]]*\]/g, 'x')
    .replaceAll(/\(\?(?:<\w+>|<?[=!]|:)/g, '(');
  // One for each group that is open: does anything in it vary?
  const varies: boolean[] = [false];
  for (const [index, sign] of Array.from(bare).entries()) {
    if (sign === '(') varies.push(false);
    else if (/[|*+?{]/.test(sign)) varies[varies.length - 1] = true;
    else if (sign === ')') {
      const inner = varies.pop() ?? false;
      const isRepeated = /^[*+{]/.test(bare.slice(index + 1));
      if (inner && isRepeated) return true;
      if (inner) varies[varies.length - 1] = true;
    }
  }
  return false;
}
