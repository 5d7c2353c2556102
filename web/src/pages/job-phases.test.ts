import { expect, test } from 'vitest';
import type { AttemptView } from '../../../src/contract/index.ts';
import { layOutWaterfall } from './job-phases.ts';

const start = Date.parse('2030-01-01T00:00:00Z');

function at(seconds: number): string {
  return new Date(start + seconds * 1_000).toISOString();
}

function attempt(number: number, times: readonly (number | null)[]): AttemptView {
  const [startedAt, readyAt, deliveredAt, endedAt] = times.map((time) =>
    time === null ? null : at(time),
  );
  return {
    attempt: number,
    state: 'busy',
    outcome: null,
    error: null,
    exchange_dir: '',
    socket_path: '',
    started_at: startedAt ?? '',
    ready_at: readyAt ?? null,
    delivered_at: deliveredAt ?? null,
    ended_at: endedAt ?? null,
    usage: null,
  };
}

function seconds(job: Parameters<typeof layOutWaterfall>[0], now: number) {
  return layOutWaterfall(job, start + now * 1_000).lanes.map(({ phases }) =>
    phases.map(({ name, from, to }) => [name, (from - start) / 1_000, (to - start) / 1_000]),
  );
}

test('each attempt has its wait, start, delivery and work', () => {
  const attempt_list = [attempt(1, [2, 4, 5, 9]), attempt(2, [12, 13, 14, 20])];
  expect(seconds({ created_at: at(0), settled_at: at(20), attempt_list }, 99)).toEqual([
    [
      ['queued', 0, 2],
      ['start', 2, 4],
      ['deliver', 4, 5],
      ['work', 5, 9],
    ],
    [
      ['queued', 9, 12],
      ['start', 12, 13],
      ['deliver', 13, 14],
      ['work', 14, 20],
    ],
  ]);
});

test('what goes on ends now', () => {
  const attempt_list = [attempt(1, [2, 4, null, null])];
  expect(seconds({ created_at: at(0), settled_at: null, attempt_list }, 7)).toEqual([
    [
      ['queued', 0, 2],
      ['start', 2, 4],
      ['deliver', 4, 7],
    ],
  ]);
});

test('an attempt that never became ready was starting until its end', () => {
  const attempt_list = [attempt(1, [2, null, null, 6])];
  expect(seconds({ created_at: at(0), settled_at: at(6), attempt_list }, 99)).toEqual([
    [
      ['queued', 0, 2],
      ['start', 2, 6],
    ],
  ]);
});

test('a job that waits, also for its next attempt, has a lane that waits', () => {
  expect(seconds({ created_at: at(0), settled_at: null, attempt_list: [] }, 3)).toEqual([
    [['queued', 0, 3]],
  ]);
  const attempt_list = [attempt(1, [1, 2, 3, 4])];
  expect(seconds({ created_at: at(0), settled_at: null, attempt_list }, 8).at(-1)).toEqual([
    ['queued', 4, 8],
  ]);
});
