import { type Link, type PageFacts, type Survey, withoutFragment } from './survey.ts';

/** One built-in test: what it is called, and what it finds wrong in a survey. */
export interface Judge {
  readonly name: string;
  readonly problemsOf: (survey: Survey) => readonly string[];
}

/** The tests that every site has to pass; each is judged on all pages that opened. */
export const judges: readonly Judge[] = [
  { name: 'Every page opens', problemsOf: ({ pages }) => pages.flatMap(openProblem) },
  { name: 'Links lead somewhere', problemsOf: linkProblems },
  { name: 'Images, scripts and styles load', problemsOf: eachOf(({ assets }) => assets) },
  { name: 'No script fails', problemsOf: eachOf(({ errors }) => errors) },
  {
    name: 'Form fields have labels',
    problemsOf: eachOf(({ document }) =>
      (document?.unlabelled ?? []).map(
        (field) => `${field} has no label: add <label for="..."> with text, or aria-label`,
      ),
    ),
  },
  { name: 'Forms can be sent', problemsOf: eachOf(({ forms }) => forms) },
  { name: 'Nothing keeps people out (axe)', problemsOf: eachOf(({ barriers }) => barriers ?? []) },
  { name: 'Pages fit a phone', problemsOf: eachOf(phoneProblems) },
  { name: 'Pages have title, language and description', problemsOf: eachOf(headProblems) },
];

type PageProblems = (page: PageFacts) => readonly string[];

function eachOf(problemsOf: PageProblems): (survey: Survey) => readonly string[] {
  return ({ pages }) =>
    pages
      .filter(({ problem }) => problem === undefined)
      .flatMap((page) => problemsOf(page).map((text) => `${page.path}: ${text}`));
}

function openProblem({ path, problem }: PageFacts): readonly string[] {
  return problem === undefined ? [] : [`${path}: ${problem}`];
}

function linkProblems(survey: Survey): readonly string[] {
  return survey.pages.flatMap(({ path, document }) => {
    const problems = (document?.links ?? []).flatMap((link) => {
      const problem = linkProblem(link, survey);
      if (problem === undefined) return [];
      return [`${path}: the link "${link.text}" to ${pathOf(link.href)}: ${problem}`];
    });
    return [...new Set(problems)];
  });
}

function linkProblem({ href }: Link, { pages, addresses }: Survey): string | undefined {
  const address = withoutFragment(href);
  const problem = addresses[address];
  if (problem !== undefined && problem !== null) return problem;
  const fragment = new URL(href).hash.slice(1);
  // `#top` is there without an element; routes of scripts are no places in the page.
  if (fragment === '' || fragment === 'top' || /^[/!]/.test(fragment)) return undefined;
  const { pathname, search } = new URL(address);
  const target = pages.find(({ path }) => path === pathname + search)?.document;
  const isThere = [fragment, decoded(fragment)].some((id) => target?.ids.includes(id));
  if (target === undefined || addresses[address] === undefined || isThere) return undefined;
  return `nothing on that page has id="${decoded(fragment)}"`;
}

function decoded(fragment: string): string {
  try {
    return decodeURIComponent(fragment);
  } catch {
    return fragment;
  }
}

function pathOf(href: string): string {
  const { pathname, search, hash } = new URL(href);
  return pathname + search + hash;
}

function phoneProblems({ overflow, document }: PageFacts): readonly string[] {
  const isSmall = document?.fitsPhones === false;
  const advice = 'add <meta name="viewport" content="width=device-width, initial-scale=1">';
  return [...(isSmall ? [`phones show it small: ${advice}`] : []), ...(overflow ? [overflow] : [])];
}

function headProblems({ document }: PageFacts): readonly string[] {
  const { title = '', language = '', description = '' } = document ?? {};
  return [
    ...(title === '' ? ['has no <title>'] : []),
    ...(language === '' ? ['<html> has no lang'] : []),
    ...(description === '' ? ['has no <meta name="description">'] : []),
  ];
}
