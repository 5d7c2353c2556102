import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, afterAll, expect, test } from 'vitest';
import { Program } from './cli-program.ts';

const execute = promisify(execFile);

let program: Program;
beforeAll(async () => {
  program = await Program.open();
  const { stdout } = await program.run(['completion', 'bash']);
  await writeFile(join(program.dir, 'completion.bash'), stdout);
});
afterAll(async () => await program[Symbol.asyncDispose]());

test.each([
  [['jo'], ['job']],
  [
    ['job', ''],
    'add list show wait output logs recording replay attach answer cancel interrupt retry'.split(
      ' ',
    ),
  ],
  [['--json', 'job', 'ca'], ['cancel']],
  [['job', 'list', '--status', 'c'], ['cancelled']],
  [
    ['run', '--permission', ''],
    ['ask', 'allow', 'deny'],
  ],
  [
    ['session', 're'],
    ['recover', 'restore'],
  ],
  [
    ['site', 'ro'],
    ['rollback', 'roles'],
  ],
  [
    ['site', 'create', '--provider', ''],
    ['local', 'aws', 'azure'],
  ],
  [['site', 'logs', '--step', 'de'], ['deploy']],
  [['session', 'list', '--sta'], ['--status']],
  [['worker', '--dr'], ['--drain']],
  [['job', 'list', '--data-d'], ['--data-dir']],
  [['run', '--prompt-file', 'comp'], ['completion.bash']],
])('completes %j in a real bash', async (words, expected) => {
  expect((await complete(words)).toSorted()).toEqual(expected.toSorted());
});

test('never evaluates what has been typed', async () => {
  expect(await complete(['run', '$(touch evil)', '`touch evil`', '--prompt-file', 'ev'])).toEqual(
    [],
  );
});

test('sourcing it twice changes nothing', async () => {
  expect(await complete(['jo'], 'source ./completion.bash')).toEqual(['job']);
});

/** What bash would offer for the last word. */
async function complete(words: readonly string[], before = ''): Promise<readonly string[]> {
  const script = `set -u; source ./completion.bash; ${before}
    COMP_WORDS=(tmux-builder "$@"); COMP_CWORD=$#
    _tmux_builder; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const args = ['--norc', '--noprofile', '-c', script, 'bash', ...words];
  const { stdout } = await execute('bash', args, { cwd: program.dir });
  return stdout.split('\n').filter((line) => line !== '');
}
