import { type Design, designPage, pathFor } from './design.ts';
import { pageKinds } from './page-kinds.ts';
import { capitalised, foundValue, slugOf, valuePattern } from './plain-text.ts';
import { accentIn, mailAddress, themeIn } from './read-request.ts';

export interface Change {
  readonly design: Design;
  /** What was changed, one sentence each. */
  readonly done: readonly string[];
}

const MOST_PAGES = 20;

/** Change a site as a person asks in a chat, as far as rules can; undefined: no rule fits. */
export function changeDesign(design: Design, message: string): Change | undefined {
  let now = design;
  const done: string[] = [];
  for (const rule of rules) {
    const change = rule(now, message);
    if (change === undefined) continue;
    now = change.design;
    done.push(...change.done);
  }
  return done.length === 0 ? undefined : { design: now, done };
}

/** What `changeDesign` knows, for people. */
export const knownChanges = [
  'make the title "…"',
  'change the heading to "…"',
  'dark theme, light theme',
  'make it green (or blue, red, purple, orange)',
  'add a page about …',
  'add a contact form',
  'remove the page …',
  'my e-mail address is …',
] as const;

type Rule = (design: Design, message: string) => Change | undefined;

const verb = String.raw`\b(?:make|change|set|rename|use|turn|switch)\b`;
const titlePattern = new RegExp(
  String.raw`(?:${verb}[^.\n]{0,30}?\btitle\b(?:\s+of\s+(?:the|this|my)\s+(?:web)?site)?|\brename (?:the |this |my )?(?:web)?site\b|\bcall (?:it|the site|this site)\b)(?:\s+(?:to|into|be|as|is))?\s*:?\s+${valuePattern}`,
  'i',
);
const headingPattern = new RegExp(
  String.raw`${verb}[^.\n]{0,30}?\bheading\b(?:\s+(?:to|into|be|as|is))?\s*:?\s+${valuePattern}`,
  'i',
);

const setTitle: Rule = (design, message) => {
  const title = foundValue(titlePattern.exec(message));
  if (title === undefined) return undefined;
  const heading = design.heading === design.title ? title : design.heading;
  return { design: { ...design, title, heading }, done: [`The title is “${title}”.`] };
};

const setHeading: Rule = (design, message) => {
  const heading = foundValue(headingPattern.exec(message));
  if (heading === undefined) return undefined;
  const done = [`The heading of the first page is “${heading}”.`];
  return { design: { ...design, heading }, done };
};

const setTheme: Rule = (design, message) => {
  const isAsked = /\b(?:dark|light)[- ]?(?:er)?\s*(?:theme|mode|colou?rs?|background)\b/i.test(
    message,
  );
  const isMade = /\b(?:make|turn|switch|be)\b[^.\n]{0,30}\b(?:dark|light)\b/i.test(message);
  const theme = isAsked || isMade ? themeIn(message) : undefined;
  if (theme === undefined) return undefined;
  return { design: { ...design, theme }, done: [`The theme is ${theme}.`] };
};

const setAccent: Rule = (design, message) => {
  const isAsked = /\bcolou?rs?\b|\bmake\b|\baccent\b|\bbuttons?\b/i.test(message);
  const accent = isAsked ? accentIn(withoutQuotes(message)) : undefined;
  if (accent === undefined) return undefined;
  return { design: { ...design, accent }, done: [`Links and buttons are ${accent}.`] };
};

const setAddress: Rule = (design, message) => {
  const [email] = message.match(mailAddress) ?? [];
  if (email === undefined) return undefined;
  const hasForm = design.pages.some(({ kind }) => kind === 'contact');
  const done = hasForm
    ? `The contact page names ${email}.`
    : `${email} is kept for a contact page, which the site does not have: add a contact form.`;
  return { design: { ...design, email }, done: [done] };
};

const addPage: Rule = (design, message) => {
  const title = titleOfNewPage(message);
  if (title === undefined) return undefined;
  const { pages, siteType } = design;
  if (pages.some((page) => slugOf(page.title) === slugOf(title))) return undefined;
  if (pages.length >= MOST_PAGES) return { design, done: ['No page was added: there are 20.'] };
  const taken = pages.map(({ path }) => path);
  const purpose = kindOf(title)?.purpose ?? `Tells about ${title}.`;
  const page = designPage({ title, purpose, path: pathFor(title, siteType, taken) }, siteType);
  const done = [`The page ${page.path} (${title}) is new, and in the navigation.`];
  return { design: { ...design, pages: [...pages, page] }, done };
};

const removePage: Rule = (design, message) => {
  const asked = /\b(?:remove|delete|drop)\b(?<rest>[^.\n]{1,100})/i.exec(message)?.groups?.['rest'];
  if (asked === undefined || !/\bpages?\b/i.test(asked)) return undefined;
  const said = ` ${slugOf(asked).replaceAll('-', ' ')} `;
  const gone = design.pages.filter(
    ({ kind, title }) =>
      kind !== 'home' && said.includes(` ${slugOf(title).replaceAll('-', ' ')} `),
  );
  if (gone.length === 0) return { design, done: [noSuchPage(design)] };
  const pages = design.pages.filter((page) => !gone.includes(page));
  return {
    design: { ...design, pages },
    done: gone.map(({ path }) => `The page ${path} is gone.`),
  };
};

function noSuchPage({ pages }: Design): string {
  const titles = pages.filter(({ kind }) => kind !== 'home').map(({ title }) => title);
  const there = titles.length === 0 ? 'the first page alone' : titles.join(', ');
  return `No page was removed, because none of that name can be: there is ${there}.`;
}

const rules: readonly Rule[] = [
  setTitle,
  setHeading,
  setTheme,
  setAccent,
  setAddress,
  removePage,
  addPage,
];

function titleOfNewPage(message: string): string | undefined {
  const about = new RegExp(
    String.raw`\badd\b[^.\n]{0,40}?\bpage (?:about|on|for|called|named|titled|with the title)\s+${valuePattern}`,
    'i',
  );
  const title = foundValue(about.exec(message));
  if (title !== undefined) return capitalised(title);
  const kindly = /\badd\b[^.\n]{0,20}?\b(?<words>[\w -]{1,40}?) ?\b(?:page|form|section)\b/i;
  const words = kindly.exec(message)?.groups?.['words'];
  return words === undefined ? undefined : kindOf(words)?.title;
}

function kindOf(words: string) {
  const slug = slugOf(words);
  return pageKinds.find(
    (kind) => kind.words.test(words) || slug.split('-').includes(slugOf(kind.title)),
  );
}

function withoutQuotes(message: string): string {
  return message.replaceAll(/["“][^"”\n]*["”]/g, ' ');
}
