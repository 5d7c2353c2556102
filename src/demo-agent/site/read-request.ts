import { type PageKind, pageKinds } from './page-kinds.ts';
import { capitalised, foundValue, plainLine, slugOf, valuePattern } from './plain-text.ts';

/** What `requirements.json` holds. */
export interface Requirements {
  readonly title: string;
  readonly summary: string;
  readonly language: 'en';
  readonly pages: readonly { readonly title: string; readonly purpose: string }[];
  readonly features: readonly string[];
  readonly design: { readonly theme: Theme; readonly notes?: string };
  readonly facts: readonly string[];
  readonly assumptions: readonly string[];
}
export type Theme = 'light' | 'dark' | 'auto';

export const accents = ['blue', 'green', 'red', 'purple', 'orange'] as const;
export type Accent = (typeof accents)[number];

const MOST_PAGES = 16;

/**
 * Read a person's request by fixed rules: title, pages, theme, features. Undefined when there is
 * no word in it.
 */
export function readRequest(
  request: string,
  siteType: 'static' | 'dynamic',
): Requirements | undefined {
  if (!/[\p{L}\p{N}]/u.test(request)) return undefined;
  const kinds = kindsIn(request, siteType);
  const title = titleIn(request, kinds);
  const pages = pagesOf(request, kinds);
  const accent = accentIn(request);
  return {
    title,
    summary: `${title}: a small site made by fixed rules from the request.`,
    language: 'en',
    pages,
    features: featuresOf(kinds, siteType),
    design: {
      theme: themeIn(request) ?? 'auto',
      ...(accent === undefined ? {} : { notes: `The accent colour is ${accent}.` }),
    },
    facts: Array.from(new Set(request.match(mailAddress) ?? [])).slice(0, 5),
    assumptions: assumptionsOf(request, kinds, siteType),
  };
}

export const mailAddress = /[\w.+-]{1,60}@[\w-]{1,60}(?:\.[\w-]{1,60}){0,5}\.[a-z]{2,20}/gi;

export function themeIn(text: string): Theme | undefined {
  const word = /\b(?<theme>dark|light)\b/i.exec(text)?.groups?.['theme']?.toLowerCase();
  return word === 'dark' || word === 'light' ? word : undefined;
}

export function accentIn(text: string): Accent | undefined {
  return accents.find((accent) => new RegExp(`\\b${accent}\\b`, 'i').test(text));
}

function kindsIn(request: string, siteType: 'static' | 'dynamic'): readonly PageKind[] {
  const isDynamic = siteType === 'dynamic';
  return pageKinds.filter(({ name, words }) =>
    name === 'guestbook' ? isDynamic : words.test(request),
  );
}

const naming = String.raw`\b(?:[Cc]alled|[Nn]amed|[Tt]itled|[Ee]ntitled|[Tt]itle(?: is| should be)?:?)`;
const quoted = new RegExp(`${naming}\\s+(?=["“'‘])${valuePattern}`);
const capitals = String.raw`(?<plain>\p{Lu}[\p{L}\p{N}&'’-]{0,40}(?:\s(?:[\p{Lu}\p{N}&][\p{L}\p{N}&'’-]{0,40}|of|and|the|&)){0,5})`;
const named = new RegExp(String.raw`${naming}\s+${capitals}`, 'u');
const forWhom = new RegExp(String.raw`\bfor\s+${capitals}`, 'u');

function titleIn(request: string, kinds: readonly PageKind[]): string {
  for (const pattern of [quoted, named, forWhom]) {
    const found = foundValue(pattern.exec(request));
    if (found !== undefined) return found;
  }
  const kind = kinds.find(({ name }) => name !== 'guestbook' && name !== 'contact');
  if (kind !== undefined) return `My ${kind.title.toLowerCase()}`;
  const words = request.match(/[\p{L}\p{N}'’-]+/gu) ?? [];
  const telling = words.filter((word) => !fillers.has(word.toLowerCase()));
  return plainLine(capitalised(telling.slice(0, 4).join(' ')), 60, 'My site');
}

const fillers = new Set(
  'a an and build create for i make me my of our please simple site small static dynamic that the want we web website with would like page'.split(
    ' ',
  ),
);

function pagesOf(request: string, kinds: readonly PageKind[]): Requirements['pages'] {
  const asked = askedPages(request)
    .filter((title) => !kinds.some(({ words }) => words.test(title)))
    .map((title) => ({ title, purpose: `Tells about ${title}.` }));
  const known = [...kinds.filter((kind) => !isLast(kind)), ...asked, ...kinds.filter(isLast)];
  const unique = new Map(
    known
      .map(({ title, purpose }) => [slugOf(title), { title, purpose }] as const)
      .toReversed()
      .filter(([slug]) => slug !== 'home' && slug !== 'index'),
  );
  const others = [...unique.values()].toReversed().slice(0, MOST_PAGES - 1);
  const about = { title: 'About', purpose: 'Says what the site is about.' };
  const home = { title: 'Home', purpose: 'Welcomes visitors and says what the site is.' };
  return [home, ...(others.length === 0 ? [about] : others)];
}

function isLast({ name }: PageKind): boolean {
  return name === 'contact' || name === 'guestbook';
}

/** What stands after `pages:`, in a list, or in `a page about ...`. */
function askedPages(request: string): readonly string[] {
  const inRow = /\bpages\s*:(?<row>[^\n.]{1,300})/i.exec(request)?.groups?.['row'] ?? '';
  const inList = Array.from(request.matchAll(/^\s*(?:[-*]|\d+[.)])\s+(?<item>.+)$/gm), (found) =>
    (found.groups?.['item'] ?? '').replace(/[:(,–—-].*$/, ''),
  );
  const about = Array.from(
    request.matchAll(/\bpages? (?:about|on|called|named) (?<title>[^\n.,;:!?]{1,60})/gi),
    ({ groups }) => groups?.['title'] ?? '',
  );
  return [...inRow.split(/,|;|\/|\band\b/), ...inList, ...about]
    .map((one) => capitalised(plainLine(one.replaceAll(/["“”]/g, ''), 60, '')))
    .filter((one) => one !== '' && one.split(' ').length <= 5 && slugOf(one) !== '');
}

function featuresOf(kinds: readonly PageKind[], siteType: string): readonly string[] {
  const isDynamic = siteType === 'dynamic';
  return kinds.flatMap(({ name }) => {
    if (name === 'guestbook') return ['A guestbook, on its page and as JSON at /api/entries.'];
    if (name !== 'contact') return [];
    return isDynamic
      ? ['A contact form whose messages the site keeps.']
      : ['A contact form that checks what is written; nothing is sent.'];
  });
}

function assumptionsOf(
  request: string,
  kinds: readonly PageKind[],
  siteType: string,
): readonly string[] {
  const wantsBook = /\bguest ?-?books?\b/i.test(request);
  return [
    'The built-in demo agent has no model: it knows pages by words, and writes example texts.',
    ...(themeIn(request) === undefined ? ['Light or dark as the visitor’s system is set.'] : []),
    ...(kinds.length === 0 ? ['No kind of page was recognised beside those that are named.'] : []),
    ...(wantsBook && siteType === 'static' ? ['No guestbook: a static site keeps nothing.'] : []),
  ];
}
