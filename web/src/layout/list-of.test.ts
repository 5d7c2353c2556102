import { expect, test } from 'vitest';
import { listOf } from './list-of.ts';

test('what is not there leads to the page that lists the others', () => {
  expect(listOf({ code: 'job.not-found', status: 404 })?.path).toBe('/jobs');
  expect(listOf({ code: 'live-agent.not-found', status: 404 })?.path).toBe('/agents');
  expect(listOf({ code: 'recording.removed', status: 410 })?.path).toBe('/recordings');
});

test('another fault leads nowhere, since it may pass', () => {
  expect(listOf({ code: 'recording.removed', status: 500 })).toBeUndefined();
  expect(listOf({ code: 'agent.not-found', status: 404 })).toBeUndefined();
});
