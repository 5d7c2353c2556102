import { expect, test } from 'vitest';
import { emptyDraft, toBody } from './new-job-draft.ts';

test('what was left empty is left to the server', () => {
  expect(toBody({ ...emptyDraft, prompt: 'Say hello' })).toEqual({ prompt: 'Say hello' });
});

test('numbers are read with their units', () => {
  const body = toBody({ ...emptyDraft, prompt: 'x', minutes: '2', priority: '-5', cost: '0.5' });
  expect(body).toEqual({ prompt: 'x', time_limit_ms: 120_000, priority: -5, max_cost_usd: 0.5 });
});

test('the prompt is sent as it was written, names without spaces around them', () => {
  const body = toBody({ ...emptyDraft, prompt: '  two\n', agent: ' demo ', permission: 'ask' });
  expect(body).toEqual({ prompt: '  two\n', agent: 'demo', permission: 'ask' });
});

test('each line is an argument of the program, and no other agent gets it', () => {
  const draft = { ...emptyDraft, prompt: 'x', agent: 'command', command: 'wc\n-w\n\n{prompt}' };
  expect(toBody(draft).command).toEqual(['wc', '-w', '{prompt}']);
  expect(toBody({ ...draft, agent: 'demo' })).toEqual({ prompt: 'x', agent: 'demo' });
});
