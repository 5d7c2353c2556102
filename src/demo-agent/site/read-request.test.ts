import { expect, test } from 'vitest';
import { readRequest } from './read-request.ts';
import { parseSiteTask } from './site-task.ts';

const titlesOf = (request: string, type: 'static' | 'dynamic' = 'static') =>
  readRequest(request, type)?.pages.map(({ title }) => title);

test.for([
  ['A site called "Ada\'s Bees" for everybody', "Ada's Bees"],
  ["Make a blog named 'Big Data'", 'Big Data'],
  ['Build a landing page for Miller and Sons in Berlin', 'Miller and Sons'],
  ['Build a portfolio website with dark theme', 'My portfolio'],
  ['build me a simple website with bee facts', 'Bee facts'],
  ['日本の庭', '日本の庭'],
])('finds a title in: %s', ([request = '', title]) => {
  expect(readRequest(request, 'static')?.title).toBe(title);
});

test.for([
  ['Build a portfolio with blog and contact form', ['Home', 'Portfolio', 'Blog', 'Contact']],
  ['Pages: home, honey, wax and contact', ['Home', 'Honey', 'Wax', 'Contact']],
  ['A site:\n- Our hives: with photos\n- Prices', ['Home', 'Gallery', 'Our hives', 'Prices']],
  ['A page about bees', ['Home', 'Bees']],
  ['Something', ['Home', 'About']],
] as const)('finds the pages in: %s', ([request, titles]) => {
  expect(titlesOf(request)).toEqual(titles);
});

test('a guestbook needs a program, and a dynamic site always has one', () => {
  expect(titlesOf('Hello', 'dynamic')).toEqual(['Home', 'Guestbook']);
  const wish = readRequest('Hello with a guestbook', 'static');
  expect(wish?.pages.map(({ title }) => title)).toEqual(['Home', 'About']);
  expect(wish?.assumptions.join()).toContain('a static site keeps nothing');
});

test('finds theme, colour and address', () => {
  expect(readRequest('A dark green shop, write to a@b.example', 'static')).toMatchObject({
    design: { theme: 'dark', notes: 'The accent colour is green.' },
    facts: ['a@b.example'],
  });
});

test('finds task, type and what is given in a prompt, also where that has fences of its own', () => {
  const prompt = `Task: site.fix
This is one part of making a dynamic site. More.

## problems

\`\`\`\`text problems
one
\`\`\`text plan.json
no
\`\`\`
\`\`\`\`

## plan.json

\`\`\`text plan.json
{}
\`\`\`
`;
  expect(parseSiteTask(prompt)).toEqual({
    name: 'fix',
    siteType: 'dynamic',
    given: new Map([
      ['problems', 'one\n```text plan.json\nno\n```'],
      ['plan.json', '{}'],
    ]),
  });
  expect(parseSiteTask('Tell me about Task: site.fix')).toBeUndefined();
});
