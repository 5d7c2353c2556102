import { expect, test } from 'vitest';
import { changeDesign } from './change-design.ts';
import type { Design } from './design.ts';

const home = { kind: 'home', title: 'Home', path: '/', purpose: 'Welcomes.', blocks: [] };
const about = { kind: 'about', title: 'About', path: '/about.html', purpose: 'Us.', blocks: [] };
const design: Design = {
  version: 1,
  siteType: 'static',
  title: 'Bees',
  heading: 'Bees',
  theme: 'auto',
  accent: 'blue',
  request: 'A site about bees',
  pages: [home, about],
};

test.for<[string, Partial<Design>]>([
  ['make the title Honey', { title: 'Honey', heading: 'Honey' }],
  ['Please change the title of the site to "Ada\'s Bees".', { title: "Ada's Bees" }],
  ['rename the site to Wax & Co', { title: 'Wax & Co' }],
  ['change the heading to "Good day"', { title: 'Bees', heading: 'Good day' }],
  ['dark theme', { theme: 'dark' }],
  ['Could you make it light?', { theme: 'light' }],
  ['make the buttons green', { accent: 'green' }],
  ['my e-mail address is ada@example.com', { email: 'ada@example.com' }],
  ['remove the about page', { pages: [home] }],
])('%s', ([message, changed]) => {
  expect(changeDesign(design, message)?.design).toMatchObject(changed);
});

test.for([
  ['add a page about wax', 'Wax', '/wax.html', 'plain'],
  ['Add another page called "Our hives".', 'Our hives', '/our-hives.html', 'plain'],
  ['please add a contact form', 'Contact', '/contact.html', 'contact'],
  ['add a faq page', 'Questions', '/questions.html', 'faq'],
  ['add a page about 404', '404', '/page-404.html', 'plain'],
])('%s', ([message = '', title, path, kind]) => {
  expect(changeDesign(design, message)?.design.pages.at(-1)).toMatchObject({ title, path, kind });
});

test('several wishes in one message are all done, and each is told', () => {
  const change = changeDesign(
    design,
    'Make the title "Wax", use a dark theme, add a page about hives',
  );

  expect(change?.design).toMatchObject({ title: 'Wax', theme: 'dark' });
  expect(change?.design.pages).toHaveLength(3);
  expect(change?.done).toHaveLength(3);
});

test('says that a page which is not there was not removed, and which ones are', () => {
  expect(changeDesign(design, 'remove the page Prices')).toEqual({
    design,
    done: ['No page was removed, because none of that name can be: there is About.'],
  });
});

test('does not claim that a contact page names an address when there is none', () => {
  const message = 'my e-mail address is ada@example.com';
  expect(changeDesign(design, message)?.done).toEqual([
    expect.stringContaining('which the site does not have'),
  ]);
  const contact = { ...about, kind: 'contact', title: 'Contact', path: '/contact.html' };
  expect(changeDesign({ ...design, pages: [home, contact] }, message)?.done).toEqual([
    'The contact page names ada@example.com.',
  ]);
});

test.for([['What is tmux?'], ['Is the title good?'], ['add a page about about']])(
  'leaves the site alone when no rule fits: %s',
  ([message = '']) => {
    expect(changeDesign(design, message)).toBeUndefined();
  },
);
