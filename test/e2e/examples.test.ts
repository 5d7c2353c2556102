import { execFile } from 'node:child_process';
import { globSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const run = promisify(execFile);

/** What each example prints, apart from paths. */
const prints: Readonly<Record<string, RegExp>> = {
  'examples/first-job.ts': /^succeeded \/.*\.md\n.*Hello from automation!/s,
};

test('there is an expectation for every example, and no other', () => {
  expect(globSync('examples/*.ts').toSorted()).toEqual(Object.keys(prints).toSorted());
});

test.each(Object.keys(prints))('%s runs as it stands', async (example) => {
  const dir = await mkdtemp(join(tmpdir(), 'tb-example-'));
  try {
    const env = {
      PATH: process.env['PATH'],
      HOME: dir,
      TMUX_BUILDER_DATA_DIR: join(dir, 'data'),
      TMUX_BUILDER_RUNTIME_DIR: join(dir, 'r'),
      TMUX_BUILDER_CLAUDE_PATH: join(dir, 'none'),
    };
    // The condition takes the package's sources in a clone, where nothing is built.
    const { stdout } = await run(process.execPath, ['-C', 'tmux-builder-source', example], { env });

    expect(stdout).toMatch(prints[example] ?? /never/);
  } finally {
    await rm(dir, { recursive: true });
  }
});
