import { expect, test } from 'vitest';
import { BadNameError } from './errors.ts';
import { escapeFormat, paneTitle, sessionName, windowName } from './names.ts';

test('doubles every # so that no format and no shell runs (B10)', () => {
  expect(escapeFormat('#(touch x) #{pid}')).toBe('##(touch x) ##{pid}');
  expect(windowName('c#')).toBe('c##');
  expect(paneTitle('π #1')).toBe('π ##1');
});

test.each([
  '',
  'a.b',
  'a:b',
  'a\\b',
  'a\tb',
  'a\nb',
  '$1',
  '@1',
  '%1',
  '=x',
  '!',
  '-x',
  '~',
  '+1',
  'x'.repeat(201),
])('refuses %j, which tmux would change or not find (B02, B03, B05)', (name) => {
  expect(() => sessionName(name)).toThrow(BadNameError);
  expect(() => windowName(name)).toThrow(BadNameError);
});

test.each(['a', 'my job', 'héé✓', 'a-b_c', 'x=1', '1'])('accepts %j as it is', (name) => {
  expect(sessionName(name)).toBe(name);
});
