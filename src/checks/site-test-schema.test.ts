import { expect, test } from 'vitest';
import { siteTestSchema, siteTestsSchema } from './site-test-schema.ts';

const step = { do: 'visit', path: '/' };

test('takes every kind of step', () => {
  const steps = [
    { do: 'visit', path: '/about.html?x=1#team' },
    { do: 'see', text: 'Bread' },
    { do: 'see-heading', text: 'Bread' },
    { do: 'see-title', text: 'Bread' },
    { do: 'click', role: 'link', name: 'More' },
    { do: 'fill', label: 'Name', value: '' },
    { do: 'be-at', path: '/more' },
  ];

  expect(siteTestSchema.parse({ name: 'Bread', steps })).toEqual({ name: 'Bread', steps });
});

test.for<readonly [string, unknown]>([
  ['no step', { name: 'x', steps: [] }],
  ['more than 30 steps', { name: 'x', steps: Array.from({ length: 31 }, () => step) }],
  ['no name', { name: ' ', steps: [step] }],
  ['an unknown step', { name: 'x', steps: [{ do: 'run', code: 'x' }] }],
  ['a field that no step has', { name: 'x', steps: [{ ...step, selector: '#x' }] }],
  ['another site', { name: 'x', steps: [{ do: 'visit', path: 'https://example.com/' }] }],
  ['another host', { name: 'x', steps: [{ do: 'visit', path: '//example.com/' }] }],
  ['another host by a backslash', { name: 'x', steps: [{ do: 'visit', path: '/\\example.com' }] }],
  ['a text of 501 characters', { name: 'x', steps: [{ do: 'see', text: 'x'.repeat(501) }] }],
  ['a role that is none', { name: 'x', steps: [{ do: 'click', role: 'image', name: 'x' }] }],
])('refuses %s', ([, value]) => {
  expect(siteTestSchema.safeParse(value).success).toBe(false);
});

test('refuses more than 50 tests, and two of one name', () => {
  const tests = Array.from({ length: 51 }, (_, index) => ({ name: `${index}`, steps: [step] }));

  expect(siteTestsSchema.safeParse(tests).success).toBe(false);
  expect(siteTestsSchema.safeParse(tests.slice(1)).success).toBe(true);
  expect(siteTestsSchema.safeParse([tests[0], tests[0]]).success).toBe(false);
});
