/**
 * Archive or restore a session and stop for ever beside the rename, for a test to kill.
 *
 * Arguments: the data directory, `archive` or `restore`, the session's id, `before` or `after`.
 */
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { randomIds, silentLog, systemClock } from '../../src/base/index.ts';
import { openSessions } from '../../src/sessions/index.ts';
import { openStore } from '../../src/store/index.ts';

const [dataDir = '', kind = '', id = '', point = ''] = process.argv.slice(2);
const { signal } = new AbortController();
const tools = { dataDir, clock: systemClock, ids: randomIds(systemClock), log: silentLog };
const store = await openStore({ ...tools, path: join(dataDir, 'tmux-builder.db') }, signal);

async function stopBesideRename(...names: Parameters<typeof rename>): Promise<void> {
  if (point === 'after') await rename(...names);
  process.stdout.write('stopped\n');
  // Holds this process until the test kills it, or is gone itself.
  process.stdin.resume();
  await new Promise(() => {});
}

const sessions = await openSessions({ ...tools, store, rename: stopBesideRename }, signal);
await (kind === 'archive' ? sessions.archive(id, signal) : sessions.restore(id, signal));
