/** Where in a text something stands. */
export interface TextMatch {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Typed lines this long are hidden wherever they show; shorter ones occur in honest output too. */
const LONG = 4;

/**
 * Find a pattern in what a program printed, but never in the echo of what we typed.
 *
 * Blanks are ignored when an echo is looked for, because programs wrap and indent what they echo.
 * - A typed line of four characters or more is hidden wherever it shows, as is the beginning of
 *   one at the end of the text (its echo may be on its way).
 * - A shorter one is only no match by itself: typing `y` hides `y`, not `ready`.
 *
 * So output that repeats a typed line word for word is not found: wait for something else.
 */
export function findOutput(
  text: string,
  pattern: string | RegExp,
  typed: readonly string[],
): TextMatch | undefined {
  const lines = typed
    .flatMap((one) => one.split('\n'))
    .map(squeeze)
    .filter((one) => one !== '');
  const { squeezed, places } = squeezeWithPlaces(text);
  const echoes = lines.flatMap((line) => echoesOf(squeezed, line));
  const inText = echoes.map(({ start, end, isLong }) => ({
    start: places[start] ?? text.length,
    end: (places[end - 1] ?? text.length - 1) + 1,
    isLong,
  }));
  const visible = hide(
    text,
    inText.filter(({ isLong }) => isLong),
  );
  const short = inText.filter(({ isLong }) => !isLong);
  return matches(visible, pattern).find(
    (match) => !short.some((echo) => isInside(match, echo, visible)),
  );
}

interface Echo {
  readonly start: number;
  readonly end: number;
  readonly isLong: boolean;
}

function echoesOf(squeezed: string, line: string): Echo[] {
  const found: Echo[] = [];
  const isLong = line.length >= LONG;
  for (let at = squeezed.indexOf(line); at !== -1; at = squeezed.indexOf(line, at + 1)) {
    found.push({ start: at, end: at + line.length, isLong });
  }
  if (found.length > 0) return found;
  for (let length = Math.min(line.length - 1, squeezed.length); length >= LONG; length -= 1) {
    if (squeezed.endsWith(line.slice(0, length))) {
      found.push({ start: squeezed.length - length, end: squeezed.length, isLong });
      break;
    }
  }
  return found;
}

function squeeze(text: string): string {
  return text.replace(/\s+/gu, '');
}

function squeezeWithPlaces(text: string): { readonly squeezed: string; readonly places: number[] } {
  const places: number[] = [];
  let squeezed = '';
  for (let at = 0; at < text.length; at += 1) {
    if (/\s/u.test(text.charAt(at))) continue;
    squeezed += text.charAt(at);
    places.push(at);
  }
  return { squeezed, places };
}

function hide(text: string, echoes: readonly Echo[]): string {
  let hidden = text;
  for (const { start, end } of echoes) {
    hidden = hidden.slice(0, start) + '\0'.repeat(end - start) + hidden.slice(end);
  }
  return hidden;
}

/** Every match, blanks at its ends not counted. */
function matches(text: string, pattern: string | RegExp): TextMatch[] {
  if (typeof pattern === 'string') return literalMatches(text, pattern);
  const flags = pattern.flags.includes('g') ? pattern.flags : `${pattern.flags}g`;
  const all = text.matchAll(new RegExp(pattern.source, flags.replace('y', '')));
  return Array.from(all, ({ index, 0: found }) => ({
    start: index,
    end: index + found.length,
    text: found,
  })).filter(({ text: found }) => found !== '' && !found.includes('\0'));
}

function literalMatches(text: string, pattern: string): TextMatch[] {
  const found: TextMatch[] = [];
  if (pattern === '') return found;
  for (let at = text.indexOf(pattern); at !== -1; at = text.indexOf(pattern, at + 1)) {
    found.push({ start: at, end: at + pattern.length, text: pattern });
  }
  return found;
}

function isInside(match: TextMatch, echo: Echo, text: string): boolean {
  const found = text.slice(match.start, match.end);
  const start = match.start + (found.length - found.trimStart().length);
  const end = match.end - (found.length - found.trimEnd().length);
  return start >= echo.start && end <= echo.end;
}
