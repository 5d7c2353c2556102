import { describe, expect, test } from 'vitest';
import { answersTo, parseAnswer } from './parse-answer.ts';

const permission = {
  id: 'qst_1',
  kind: 'permission',
  choices: ['Allow', 'Allow, and do not ask again', 'Deny'],
  reply: '17-1-Ask',
};
const question = {
  id: 'qst_2',
  kind: 'question',
  choices: ['Red', 'Rose', 'No'],
  reply: '17-2-Ask',
};
const trust = {
  id: 'qst_3',
  kind: 'trust',
  choices: ['Yes, I trust', 'No, exit'],
  reply: undefined,
};
const many = { ...question, choices: [] };

describe('an answer', () => {
  test.each([
    [permission, ['allow'], { kind: 'allow' }],
    [permission, ['deny'], { kind: 'deny' }],
    [permission, ['yes'], { kind: 'allow' }],
    [permission, ['NO'], { kind: 'deny' }],
    [permission, ['2'], { kind: 'choice', choice: 1 }],
    [permission, ['allow, and'], { kind: 'choice', choice: 1 }],
    [question, ['red'], { kind: 'choice', choice: 0 }],
    [question, ['ro'], { kind: 'choice', choice: 1 }],
    [question, ['no'], { kind: 'choice', choice: 2 }],
    [question, ['deny'], { kind: 'deny' }],
    [question, ['r'], { kind: 'text', text: 'r' }],
    [question, ['green, please'], { kind: 'text', text: 'green, please' }],
    [many, ['Red', 'S, L'], { kind: 'text', text: 'Red\nS, L' }],
    [trust, ['allow'], { kind: 'allow' }],
    [trust, ['2'], { kind: 'choice', choice: 1 }],
    [trust, ['yes, i'], { kind: 'choice', choice: 0 }],
  ])('%o %j', (asked, words, answer) => {
    expect(parseAnswer(words, undefined, asked)).toEqual(answer);
  });

  test('that refuses takes a reason with it', () => {
    expect(parseAnswer(['no'], 'too late', permission)).toEqual({
      kind: 'deny',
      message: 'too late',
    });
  });

  test.each([
    [permission, ['maybe']],
    [permission, ['4']],
    [permission, ['0']],
    [permission, ['allow', 'deny']],
    [trust, ['words']],
    [question, ['']],
    [question, ['9']],
    [question, ['allow']],
  ])('%o %j is none', (asked, words) => {
    expect(() => parseAnswer(words, undefined, asked)).toThrow('cannot be answered');
  });

  test('that allows takes no reason', () => {
    expect(() => parseAnswer(['yes'], 'because', permission)).toThrow('--message');
  });
});

test('names what can be answered', () => {
  expect(answersTo(permission)).toBe('allow, deny, 2 (Allow, and do not ask again)');
  expect(answersTo(question)).toBe('1 (Red), 2 (Rose), 3 (No), words of your own');
  expect(answersTo(trust)).toBe('1 (Yes, I trust), 2 (No, exit)');
});
