import { expect, test } from 'vitest';
import { pipeCommand, programArguments, shellWord } from './pane-program.ts';

test('starts an argument list without a shell', async () => {
  expect(await programArguments({ command: ['ls', '-l', '$HOME;'] })).toEqual([
    '--',
    'ls',
    '-l',
    '$HOME;',
  ]);
});

test('quotes a single word for the shell that tmux gives it to', async () => {
  expect(await programArguments({ command: ["/opt/it's here"] })).toEqual([
    '--',
    "exec '/opt/it'\\''s here'",
  ]);
});

test('gives variables with any value (B53)', async () => {
  const program = { command: ['a', 'b'], environment: { A: '1', C: 'x=y z' } };

  expect(await programArguments(program)).toEqual(['-e', 'A=1', '-e', 'C=x=y z', '--', 'a', 'b']);
});

test('refuses no program, and names that no variable can have', async () => {
  await expect(programArguments({ command: [] })).rejects.toThrow('no program to start');
  await expect(programArguments({ command: ['a'], environment: { 'A=B': '1' } })).rejects.toThrow(
    'not the name of an environment variable',
  );
});

test('refuses a directory that is not there, for tmux would take another (B56)', async () => {
  const program = { command: ['a', 'b'], directory: '/nonexistent/zz' };

  await expect(programArguments(program)).rejects.toThrow(
    'Cannot start in /nonexistent/zz: it does not exist',
  );
  await expect(programArguments({ ...program, directory: 'relative' })).rejects.toThrow(
    'not an absolute path',
  );
});

test('quotes a path for the shell, for strftime and for formats', () => {
  expect(shellWord("a'b")).toBe("'a'\\''b'");
  expect(pipeCommand({ path: "/tmp/#(x) %Y'.log" })).toBe("exec cat >> '/tmp/##(x) %%Y'\\''.log'");
  expect(pipeCommand({ recorder: ['/bin/re cord', '#{pane_id}%'] })).toBe(
    "exec '/bin/re cord' '##{pane_id}%%' '#{pane_tty}'",
  );
});
