import { expect, test } from 'vitest';
import { auditedFacts } from './audited-facts.ts';

test('tells roles, names and choices, and nothing that people wrote', () => {
  const body = { name: 'bob', role: 'viewer', prompt: 'words', password: 'x', text: 'y' };
  expect(auditedFacts(body)).toEqual({ name: 'bob', role: 'viewer' });
  expect(auditedFacts({ is_read_only: false })).toEqual({ is_read_only: false });
});

test('tells where a site goes and for whom, and nothing of what it is to be', () => {
  const place = { provider: 'aws', type: 'static', region: 'us-east-1', email: 'a@example.com' };
  expect(auditedFacts({ ...place, requirements: 'words', phone: '+123' })).toEqual(place);
});

test('tells how many jobs are meant', () => {
  expect(auditedFacts({ job_ids: ['job_1', 'job_2'] })).toEqual({
    job_ids: ['job_1', 'job_2'],
    jobs: 2,
  });
  expect(auditedFacts({ filter: { agent: 'demo' } })).toEqual({ filter: { agent: 'demo' } });
});

test('tells whether an answer allows or denies, never its words', () => {
  expect(auditedFacts({ answer: ['allow', 'my secret'], message: 'words' })).toEqual({
    answer: ['allow', 'other'],
  });
});

test('tells nothing of bytes, or of no body', () => {
  expect(auditedFacts(Buffer.from('{"name":"x"}'))).toEqual({});
  expect(auditedFacts(undefined)).toEqual({});
});
