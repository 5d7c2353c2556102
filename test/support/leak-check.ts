/**
 * Run before each test file: give it a temporary directory of its own and the same surroundings
 * everywhere, and fail it when a process that it started is there after its own clean-up.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, type RunnerTask } from 'vitest';
import { endLeftovers, settledLeftovers } from '../../tools/leftovers.ts';
import { nameDirectory, ROOT_VARIABLE, testDirectories } from './leak-names.ts';

const directory = mkdtempSync(testDirectories(process.env[ROOT_VARIABLE] ?? '/tmp'));
nameDirectory(directory, expect.getState().testPath ?? 'unknown');
process.env['TMPDIR'] = directory;
// Nothing of the person who runs the tests is touched, whatever a test forgets to set.
process.env['TMUX_BUILDER_DATA_DIR'] = join(directory, 'data');
process.env['TMUX_BUILDER_RUNTIME_DIR'] = join(directory, 'r');
// The same for everybody, also for who has fish, or no log-in.
process.env['SHELL'] = '/bin/sh';

// Hooks of this kind run in reverse order, so this one comes after those of the file.
// oxlint-disable-next-line no-empty-pattern -- vitest reads the pattern, and refuses a name
afterAll(async ({}, file) => {
  for (const task of file.tasks) explainSkip(task);
  const left = await settledLeftovers(directory);
  const lines = left.map(({ pid, about }) => `process ${pid}: ${about}`);
  await endLeftovers(left);
  rmSync(directory, { recursive: true, force: true });
  if (lines.length > 0) throw new Error(`left behind:\n${lines.join('\n')}`);
});

/** Why a test was skipped, for script/test: vitest's JSON report has room for it only in `meta`. */
function explainSkip(task: RunnerTask): void {
  if (task.type === 'suite') for (const one of task.tasks) explainSkip(one);
  // Its type leaves the note out.
  else if (task.result !== undefined && 'note' in task.result) {
    Object.assign(task.meta, { reason: task.result.note });
  }
}
