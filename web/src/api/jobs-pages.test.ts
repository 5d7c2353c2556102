import { expect, test } from 'vitest';
import type { JobView } from '../../../src/contract/index.ts';
import { joinPages, mergeFirstPage } from './jobs-pages.ts';

function job(number: number): JobView {
  const minute = String(number).padStart(2, '0');
  return {
    job_id: `job_${minute}`,
    session_id: 'ses_1',
    status: 'queued',
    title: 'Say hello',
    template: 'plain',
    agent: 'demo',
    model: null,
    priority: 0,
    attempts: 0,
    max_attempts: 3,
    time_limit_ms: 1_000,
    max_tokens: null,
    max_cost_usd: null,
    prompt_path: 'prompt.md',
    output_path: null,
    error: null,
    blocked_by: 0,
    created_at: `2030-01-01T00:${minute}:00Z`,
    run_at: `2030-01-01T00:${minute}:00Z`,
    deadline_at: null,
    started_at: null,
    settled_at: null,
  };
}

function page(numbers: readonly number[], next: string | null) {
  return { items: numbers.map(job), next };
}

function ids(jobs: readonly JobView[]): number[] {
  return jobs.map(({ job_id: id }) => Number(id.slice(4)));
}

test('jobs that came do not push others out of the first page', () => {
  const merged = mergeFirstPage(page([5, 4, 3], 'c3'), page([7, 6, 5, 4, 3, 2], 'c2'));
  expect(ids(merged.items)).toEqual([7, 6, 5, 4, 3]);
  expect(merged.next).toBe('c3');
});

test('a job that no longer fits the filter leaves the page, though it was the last', () => {
  const merged = mergeFirstPage(page([5, 4, 3], 'c3'), page([5, 4, 2, 1], null));
  expect(ids(merged.items)).toEqual([5, 4]);
  expect(merged.next).toBe('c3');
});

test('a first page that cannot reach the old one stands alone', () => {
  const merged = mergeFirstPage(page([5, 4, 3], 'c3'), page([9, 8, 7], 'c7'));
  expect(ids(merged.items)).toEqual([9, 8, 7]);
  expect(merged.next).toBe('c7');
});

test('a first page that was also the last simply becomes the new one', () => {
  expect(ids(mergeFirstPage(page([2, 1], null), page([3, 2, 1], null)).items)).toEqual([3, 2, 1]);
});

test('a job stands once, though two pages hold it', () => {
  expect(ids(joinPages([page([5, 4, 3], 'c3'), page([3, 2], null)]))).toEqual([5, 4, 3, 2]);
});

test('nothing is shown behind a page that is not there yet', () => {
  expect(ids(joinPages([page([5], 'c5'), undefined, page([1], null)]))).toEqual([5]);
});
