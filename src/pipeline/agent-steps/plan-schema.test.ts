import { expect, test } from 'vitest';
import { planSchema, programOf } from './plan-schema.ts';

const page = { path: '/', title: 'Home', purpose: 'Welcomes.' };
const plan = { title: 'Bees', summary: 'On bees.', site_type: 'static', pages: [page] };

test('fills in what a plan may leave out', () => {
  expect(planSchema.parse(plan)).toEqual({
    ...plan,
    publish_dir: '.',
    pages: [{ ...page, sections: [] }],
    features: [],
    tests: [],
  });
});

test.for([
  ['no first page', { pages: [{ ...page, path: '/a' }] }, 'pages'],
  ['a page twice', { pages: [page, page] }, 'pages.1.path'],
  ['a page elsewhere', { pages: [page, { ...page, path: '//evil/' }] }, 'pages.1.path'],
  ['a page upwards', { pages: [page, { ...page, path: '/../x' }] }, 'pages.1.path'],
  ['a published directory upwards', { publish_dir: '../x' }, 'publish_dir'],
  ['a hidden published directory', { publish_dir: '.git' }, 'publish_dir'],
  ['an absolute published directory', { publish_dir: '/etc' }, 'publish_dir'],
  ['a program of a static site', { run: { command: ['node', 'server.js'] } }, 'run'],
  ['no program of a dynamic site', { site_type: 'dynamic' }, 'run'],
  ['another program', { site_type: 'dynamic', run: { command: ['sh', 'x.sh'] } }, 'run.command'],
  [
    'a program elsewhere',
    { site_type: 'dynamic', run: { command: ['node', '../x.js'] } },
    'run.command',
  ],
])('refuses %s, and names the field', ([, change, place]) => {
  const { error } = planSchema.safeParse({ ...plan, ...Object(change) });

  expect(error?.issues.map(({ path }) => path.join('.'))).toContain(place);
});

test('finds the program among the words of a command', () => {
  expect(programOf(['node', '--enable-source-maps', 'app/server.mjs', '--quiet'])).toBe(
    'app/server.mjs',
  );
  expect(programOf(['node', '/etc/x.js'])).toBeUndefined();
});
