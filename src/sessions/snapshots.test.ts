import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { writeHealthFile, writeJobQueue } from './snapshots.ts';

const NOW = 1_700_000_000_000;

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'snapshots-'));
  mkdirSync(join(dir, 'state'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

function read(name: string): unknown {
  return JSON.parse(readFileSync(join(dir, name), 'utf8'));
}

test('writes health whole, with both names of readiness, and keeps count of errors', async () => {
  await writeHealthFile(
    dir,
    { state: 'ready', tmux_active: true, agent_ready: true, last_probe: NOW },
    NOW,
  );
  const ready = read('state/health.json');
  await writeHealthFile(dir, { state: 'error', error: 'gone' }, NOW + 1_000);
  await writeHealthFile(dir, { state: 'error', error: 'gone again' }, NOW + 2_000);

  expect(ready).toEqual({
    version: 1,
    state: 'ready',
    tmux_active: true,
    agent_ready: true,
    claude_ready: true,
    last_probe: '2023-11-14T22:13:20.000Z',
    error_count: 0,
    error: null,
    updated_at: '2023-11-14T22:13:20.000Z',
  });
  expect(read('state/health.json')).toEqual({
    version: 1,
    state: 'error',
    tmux_active: false,
    agent_ready: false,
    claude_ready: false,
    last_probe: '2023-11-14T22:13:20.000Z',
    error_count: 2,
    error: 'gone again',
    updated_at: '2023-11-14T22:13:22.000Z',
  });
});

test('starts anew from a damaged health file', async () => {
  writeFileSync(join(dir, 'state', 'health.json'), '{"error_count": 7');

  await writeHealthFile(dir, { state: 'created' }, NOW);

  expect(read('state/health.json')).toMatchObject({ state: 'created', error_count: 0 });
});

test('replaces the job queue and leaves nothing beside it', async () => {
  await writeJobQueue(dir, [{ job_id: 'a' }], NOW);
  await writeJobQueue(dir, [], NOW);

  expect(read('job_queue.json')).toEqual({
    version: 1,
    updated_at: '2023-11-14T22:13:20.000Z',
    jobs: [],
  });
  expect(readdirSync(dir).toSorted()).toEqual(['job_queue.json', 'state']);
});

test('says that the directory of the session is missing', async () => {
  rmSync(dir, { recursive: true });

  await expect(writeJobQueue(dir, [], NOW)).rejects.toMatchObject({
    code: 'session.directory-missing',
  });
});
