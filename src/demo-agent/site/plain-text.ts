/** One line of visible text of at most `most` UTF-16 units; `fallback` when nothing is left. */
export function plainLine(text: string, most: number, fallback: string): string {
  const visible = text.replaceAll(/[\p{C}\p{Z}\s]+/gu, ' ').trim();
  let kept = '';
  for (const character of visible) {
    if (kept.length + character.length > most) break;
    kept += character;
  }
  return kept.trim() === '' ? fallback : kept.trim();
}

/** A name for files and addresses: lower-case ASCII letters, digits and hyphens; may be empty. */
export function slugOf(text: string): string {
  const plain = text.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase();
  const words = plain.match(/[a-z0-9]+/g) ?? [];
  return words.join('-').slice(0, 40).replace(/-$/, '');
}

export function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

/** Begins with a capital letter. */
export function capitalised(text: string): string {
  const [first = '', ...rest] = text;
  return `${first.toUpperCase()}${rest.join('')}`;
}

/**
 * Source of a pattern: text in double quotes (group `double`), in single ones, where an apostrophe
 * in a word ends nothing (`single`), or without any up to the end of the sentence (`plain`).
 */
export const valuePattern = String.raw`(?:["“](?<double>[^"”\n]{1,100})["”]|['‘](?<single>[^"\n]{1,100}?)['’](?!\w)|(?<plain>[^\n.,;!?"“”'‘][^\n.,;!?"“”]{0,79}))`;

/** What `valuePattern` found in a match; undefined when nothing visible. */
export function foundValue(match: RegExpExecArray | null, most = 80): string | undefined {
  const { double, single, plain } = match?.groups ?? {};
  const found = plainLine(double ?? single ?? plain ?? '', most, '');
  return found === '' ? undefined : found;
}
