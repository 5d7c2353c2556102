import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { failureView } from '../../src/contract/index.ts';
import { type Ended, Program } from './cli-program.ts';

/** One line that says what and which, one that says what to do, and the documented exit code. */
function expectRefusal({ code, stdout, stderr }: Ended, exitCode: number, words: string): void {
  expect(stderr).toMatch(/^tmux-builder: .+\n {2}-> .+\n$/);
  expect(stderr).toContain(words);
  expect(stderr).not.toContain('    at ');
  expect({ code, stdout }).toEqual({ code: exitCode, stdout: '' });
}

test.each([
  [['jub', 'list'], "unknown command 'jub' (Did you mean job?)"],
  [['job', 'list', '--stats'], '(Did you mean --status?)'],
  [['job', 'list', '--status', 'done'], "'done' is invalid"],
  [['job', 'show'], "missing required argument 'job'"],
  [['run', 'two', 'words'], '2 arguments where one prompt'],
  [['run', 'one', '--prompt', 'two'], 'given twice'],
  [['run', 'x', '--delay', '5'], 'a duration such as 90s'],
  [['run', 'x', '--priority', 'high'], 'Give a whole number'],
  [['run', 'x', '--permission', 'maybe'], 'Allowed choices are ask, allow, deny'],
  [['run', 'x', '--agent', 'gpt'], '"gpt"'],
  [['run', 'x', '--template', 'nope'], 'There is no template "nope"', 3],
  [['run', 'x', '--session', 'nope'], 'There is no session "nope"', 3],
  [['run', 'x', '--attempts', '0'], 'from 1 on'],
  [['run', 'x', '--agent', 'command'], 'needs a program'],
  [['run', 'x', '--agent', 'demo', '--', 'true'], 'takes no command'],
  [['run', 'x', '--directory', 'no/such'], 'no/such is not a directory'],
  [['run', 'x', '--file', 'no-such'], 'no-such cannot be read'],
  [['run', '--prompt-file', 'no-such'], 'no-such cannot be read (ENOENT)'],
  [['run', 'x', '--after', 'job_nope'], 'There is no job job_nope', 3],
  [['job', 'show', 'job_nope'], 'There is no job job_nope', 3],
  [['job', 'list', '--cursor', 'x'], '"x" is not where a page ended'],
  [['session', 'create', '--name', 'a/b'], '"a/b"'],
  [['session', 'create', '--name', '../x'], '"../x"'],
  [['config', 'get', 'nope'], 'there is no key "nope"'],
  [['config', 'set', 'concurrency', 'many'], 'concurrency is "many"'],
  [['completion', 'ksh'], 'no completion for "ksh"'],
  [['help', 'nope'], 'There is no help on "nope"'],
] as const)('refuses %j in one line', async (args, words, code: number = 2) => {
  await using program = await Program.open();
  expectRefusal(await program.run(args), code, words);
});

test.each([
  ['empty', '', 'The prompt is empty'],
  ['blank', ' \n\t', 'The prompt is empty'],
  ['binary', 'a\0b', 'not UTF-8 text'],
  ['10 MB', 'x'.repeat(10_000_000), 'has 10000000 bytes'],
])('refuses a prompt that is %s', async (_what, input, words) => {
  await using program = await Program.open();
  expectRefusal(await program.run(['run', '-'], input), 2, words);
});

test('refuses a file outside the session, also behind a link', async () => {
  await using program = await Program.open();
  await mkdir(join(program.dir, 'work'));
  await symlink('/etc/hostname', join(program.dir, 'work', 'link'));
  for (const file of ['/etc/hostname', 'link', '../../../../../etc/hostname']) {
    const ended = await program.run(['run', 'x', '--directory', 'work', '--file', file]);
    expectRefusal(ended, 2, '/etc/hostname');
  }
});

test('a machine without tmux, or with an old one, ends with its own exit code', async () => {
  await using program = await Program.open();
  const bin = join(program.dir, 'bin');
  await mkdir(bin);
  const missing = await program.run(['run', '-q', 'x'], '', { PATH: bin });
  expectRefusal(missing, 4, 'tmux');
  await writeFile(join(bin, 'tmux'), '#!/bin/sh\necho tmux 2.1\n');
  await chmod(join(bin, 'tmux'), 0o755);
  const old = await program.run(['run', '-q', 'x'], '', { PATH: `${bin}:/usr/bin:/bin` });
  expectRefusal(old, 4, '2.1');
});

test('an agent that is not installed ends with its own exit code', async () => {
  await using program = await Program.open();
  const ended = await program.run(['run', '-q', '--agent', 'claude', 'x']);
  expectRefusal(ended, 4, 'claude');
});

test('a data directory of a newer version, a damaged and an unusable one are left alone', async () => {
  await using program = await Program.open();
  await program.run(['job', 'list']);
  const path = join(program.dataDir, 'tmux-builder.db');
  const database = new DatabaseSync(path);
  database.exec("UPDATE meta SET value = '99' WHERE key = 'schema_version'");
  database.close();
  expectRefusal(await program.run(['job', 'list']), 6, 'format 99');

  const damaged = join(program.dir, 'damaged');
  await mkdir(damaged);
  await writeFile(join(damaged, 'tmux-builder.db'), 'x'.repeat(10_000));
  expectRefusal(await program.run(['job', 'list', '--data-dir', damaged]), 6, 'damaged');

  const file = join(program.dir, 'file');
  await writeFile(file, '');
  expectRefusal(await program.run(['job', 'list', '--data-dir', file]), 6, file);
  expectRefusal(await program.run(['job', 'list', '--data-dir', '/proc/x']), 6, '/proc/x');
});

test('a group without a command explains itself', async () => {
  await using program = await Program.open();
  const { code, stderr } = await program.run(['job']);
  expect(code).toBe(2);
  expect(stderr).toMatch(
    /^Usage: tmux-builder job .*add .*list .*"tmux-builder job" needs a command/s,
  );
});

test('with --json a refusal is one object on stdout as well', async () => {
  await using program = await Program.open();
  for (const args of [
    ['job', 'show', 'nope', '--json'],
    ['job', 'nope', '--json'],
    ['--json', 'run', '-'],
  ]) {
    const { stdout, stderr } = await program.run(args);
    const { error } = failureView.strict().parse(JSON.parse(stdout));
    expect(stderr).toBe(`tmux-builder: ${error.message}\n  -> ${error.todo}\n`);
  }
});
