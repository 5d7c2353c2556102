import { expect, test } from 'vitest';
import { extend, isSelected, nothingSelected, toggle } from './jobs-selection.ts';

const shown = ['a', 'b', 'c', 'd'];

test('a second toggle takes a job out again', () => {
  const once = toggle(nothingSelected, 'b', shown);
  expect(isSelected(once, 'b')).toBe(true);
  expect(isSelected(toggle(once, 'b', shown), 'b')).toBe(false);
});

test('Shift picks all between, in both directions', () => {
  const down = extend(toggle(nothingSelected, 'b', shown), 'b', 'd', shown);
  const up = extend(toggle(nothingSelected, 'd', shown), 'd', 'b', shown);
  expect(shown.filter((id) => isSelected(down, id))).toEqual(['b', 'c', 'd']);
  expect(shown.filter((id) => isSelected(up, id))).toEqual(['b', 'c', 'd']);
});

test('Shift from a job that is not shown any more picks the one alone', () => {
  const selection = extend(nothingSelected, 'gone', 'c', shown);
  expect(shown.filter((id) => isSelected(selection, id))).toEqual(['c']);
});

test('all without one are those that are shown, without it', () => {
  const selection = toggle({ kind: 'all' }, 'c', shown);
  expect(shown.filter((id) => isSelected(selection, id))).toEqual(['a', 'b', 'd']);
});
