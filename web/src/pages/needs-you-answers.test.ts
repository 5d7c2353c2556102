import { expect, test } from 'vitest';
import { answersOf, textOf } from './needs-you-answers.ts';

test('a permission is allowed or denied, without the same two as numbers', () => {
  const answers = answersOf({ kind: 'permission', choices: ['Allow', 'Deny'] });
  expect(answers.map(({ key, answer }) => [key, answer])).toEqual([
    ['y', 'allow'],
    ['n', 'deny'],
  ]);
});

test('a further choice of a permission keeps its own number', () => {
  const answers = answersOf({ kind: 'permission', choices: ['Yes', 'Yes, always', 'No'] });
  expect(answers.map(({ label, answer }) => [label, answer])).toContainEqual(['Yes, always', '2']);
});

test('the tenth choice has a button and no key', () => {
  const choices = Array.from({ length: 10 }, (_, index) => `choice ${index}`);
  expect(answersOf({ kind: 'question', choices }).at(-1)).toMatchObject({ key: '', answer: '10' });
});

test('a dialog that is no question is picked by its choices, Yes and No as well', () => {
  const answers = answersOf({ kind: 'trust', choices: ['Yes', 'No, exit'] });
  expect(answers.map(({ answer }) => answer)).toEqual(['1', '2']);
});

test('words go to a question as its answer, to a permission as the reason of a refusal', () => {
  expect(textOf({ kind: 'question' })).toBe('answer');
  expect(textOf({ kind: 'permission' })).toBe('reason');
  expect(textOf({ kind: 'trust' })).toBe('none');
});
