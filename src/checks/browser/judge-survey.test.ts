import { expect, test } from 'vitest';
import { judges } from './judge-survey.ts';
import type { DocumentFacts, Link, PageFacts, Survey } from './survey.ts';

const empty: DocumentFacts = {
  title: 'Title',
  language: 'en',
  description: 'About',
  fitsPhones: true,
  links: [],
  ids: [],
  unlabelled: [],
};

function page(path: string, document: Partial<DocumentFacts>, more: Partial<PageFacts> = {}) {
  const lists = { assets: [], errors: [], forms: [], barriers: [] };
  const none = { problem: undefined, overflow: undefined };
  return { path, document: { ...empty, ...document }, ...lists, ...none, ...more };
}

function link(href: string): Link {
  return { href: `http://site${href}`, text: 'More' };
}

function problemsOf(pages: readonly PageFacts[], addresses: Survey['addresses'] = {}): string[] {
  const survey: Survey = { pages, addresses, notes: [] };
  return judges.flatMap((judge) => judge.problemsOf(survey));
}

test('finds nothing wrong with a page that is well', () => {
  expect(problemsOf([page('/', {})])).toEqual([]);
});

test('finds a fragment by its decoded name, and knows those that need no element', () => {
  const fragments = ['#caf%C3%A9', '#top', '#', '#/route', '#!old', '#100%'];
  const links = fragments.map((fragment) => link(`/${fragment}`));
  const pages = [page('/', { links, ids: ['café'] })];

  expect(problemsOf(pages, { 'http://site/': null })).toEqual([
    '/: the link "More" to /#100%: nothing on that page has id="100%"',
  ]);
});

test('does not judge a fragment of a page that was not opened, nor links to elsewhere', () => {
  const links = [link('/far#x'), { href: 'http://other/#x', text: 'Other' }];

  expect(problemsOf([page('/', { links })], { 'http://site/far': null })).toEqual([]);
});

test('tells a broken link once for each page that has it', () => {
  const links = [link('/gone'), link('/gone')];
  const pages = [page('/', { links }), page('/b', { links })];

  expect(problemsOf(pages, { 'http://site/gone': 'answered 404' })).toEqual([
    '/: the link "More" to /gone: answered 404',
    '/b: the link "More" to /gone: answered 404',
  ]);
});

test('says of a page that did not open only that', () => {
  const broken = page('/', { title: '' }, { problem: 'answered 500', document: undefined });

  expect(problemsOf([broken])).toEqual(['/: answered 500']);
});
