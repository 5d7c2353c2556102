import { expect, test } from 'vitest';
import { parseAgentId } from './agent-id.ts';

test('reads the agent of an attempt, and the main agent of a session', () => {
  expect(parseAgentId('job_01h2.12')).toEqual({ kind: 'attempt', jobId: 'job_01h2', number: 12 });
  expect(parseAgentId('ses_01h2')).toEqual({ kind: 'main', sessionId: 'ses_01h2' });
});

test.each(['', 'job_a', 'job_a.', 'job_a.0', 'job_a.01', 'job_a.1.2', 'ses_a.1', 'job_a.1/x', 'x'])(
  'takes %j for no agent',
  (text) => {
    expect(parseAgentId(text)).toBeUndefined();
  },
);
