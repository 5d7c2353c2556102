import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { randomIds, silentLog, systemClock } from '../../src/base/index.ts';
import { openSessions } from '../../src/sessions/index.ts';
import { openStore, type Store } from '../../src/store/index.ts';

const { signal } = new AbortController();
const tools = { clock: systemClock, ids: randomIds(systemClock), log: silentLog };

let dataDir: string;
let store: Store;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'moves-'));
  store = await openStore({ ...tools, path: join(dataDir, 'tmux-builder.db') }, signal);
});
afterEach(async () => {
  await store[Symbol.asyncDispose]();
  await rm(dataDir, { recursive: true });
});

test.each([
  ['archive', 'before', 'archived'],
  ['archive', 'after', 'archived'],
  ['restore', 'before', 'active'],
  ['restore', 'after', 'active'],
] as const)('finishes to %s a session after a kill %s the rename', async (kind, point, status) => {
  const sessions = await openSessions({ ...tools, store, dataDir }, signal);
  const session = await sessions.create({ userId: 'someone' }, signal);
  await writeFile(join(session.dir, 'output', 'a.md'), 'kept');
  if (kind === 'restore') await sessions.archive(session.id, signal);

  const script = join(import.meta.dirname, 'session-mover.ts');
  const child = spawn(process.execPath, [script, dataDir, kind, session.id, point], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  try {
    await once(child.stdout, 'data');
    await expect(sessions.restore(session.id, signal)).rejects.toMatchObject({
      code: 'session.busy',
      facts: { pid: child.pid },
    });
  } finally {
    child.kill('SIGKILL');
    await once(child, 'close');
  }
  const reopened = await openSessions({ ...tools, store, dataDir }, signal);

  const after = await reopened.get(session.id, signal);
  expect(after.status).toBe(status);
  expect(readFileSync(join(after.dir, 'output', 'a.md'), 'utf8')).toBe('kept');
  const places = ['active', 'deleted'].map((name) => join(dataDir, 'sessions', name, session.id));
  expect(places.filter((path) => existsSync(path))).toEqual([after.dir]);
  const last = (await store.events(session.id, 0, 10, signal)).at(-1);
  expect(last?.kind).toBe(kind === 'archive' ? 'session.archived' : 'session.restored');
});
