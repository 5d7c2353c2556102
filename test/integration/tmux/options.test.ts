import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openServer } from './support.ts';

test('tells one refusal of an option from another (B58)', async () => {
  await using opened = await openServer();
  const { server, signal } = opened;
  const set = async (name: string, value: string): Promise<string> =>
    await server.setOption({ scope: 'global-session', name, value }, signal).then(
      () => 'set',
      (error: { code: string }) => error.code,
    );

  expect(await set('nosuch', '1')).toBe('tmux.unknown-option');
  expect(await set('st', '1')).toBe('tmux.ambiguous-option');
  expect(await set('status', 'maybe')).toBe('tmux.bad-value');
  expect(await set('history-limit', 'x')).toBe('tmux.bad-value');
  expect(await set('base-index', '-1')).toBe('tmux.bad-value');
  expect(await set('bad name', '1')).toBe('tmux.bad-argument');
});

test('reads values as they were set, inherited ones where asked (B59)', async () => {
  await using opened = await openServer();
  const { server, session, pane, signal } = opened;
  const [window] = await session.listWindows(signal);
  const scopes = [
    'server',
    'global-session',
    'global-window',
    { session: session.id },
    { window: window?.id ?? '@9' },
    { pane: pane.id },
  ] as const;
  const value = 'a "b" \'c\' $D #{pid} ; é\\n %Y';
  for (const scope of scopes) {
    expect(await server.findOption(scope, '@o', signal)).toBeUndefined();
    await server.setOption({ scope, name: '@o', value }, signal);
    expect(await server.findOption(scope, '@o', signal)).toBe(value);
    await server.setOption({ scope, name: '@o', value: '+', append: true }, signal);
    expect(await server.findOption(scope, '@o', signal)).toBe(`${value}+`);
    await server.unsetOption(scope, '@o', signal);
    expect(await server.findOption(scope, '@o', signal)).toBeUndefined();
  }
  expect(await server.findOption({ session: session.id }, 'status', signal)).toBeUndefined();
  expect(await server.findInheritedOption({ session: session.id }, 'status', signal)).toBe('off');
});

test('reads an array with gaps by index (B60)', async () => {
  await using opened = await openServer();
  const { server, signal } = opened;
  const scope = 'global-session';
  const list = async (): Promise<ReadonlyMap<number, string>> =>
    await server.listArrayOption(scope, 'update-environment', signal);
  expect(await list()).toEqual(new Map());
  await server.setOption({ scope, name: 'update-environment[20]', value: 'FOO' }, signal);
  await server.setOption({ scope, name: 'update-environment', value: 'BAR', append: true }, signal);

  expect(await list()).toEqual(
    new Map([
      [0, 'BAR'],
      [20, 'FOO'],
    ]),
  );
  await server.unsetOption(scope, 'update-environment[20]', signal);
  expect(await list()).toEqual(new Map([[0, 'BAR']]));
});

test('binds hooks for the whole server, and shows them (B61, B62, B63)', async () => {
  await using opened = await openServer();
  const { server, session, signal } = opened;
  const remember = ['set-option', '-g', '-F', '@made', '#{window_id}'];
  await server.addHook('after-new-window', [remember], signal);
  await server.addHook('after-new-window', [['set-option', '-g', '@also', 'a;b']], signal);
  const before = new Set((await session.listWindows(signal)).map(({ id }) => id));
  await session.createWindow({ command: ['cat', '-u'] }, signal);
  const made = (await session.listWindows(signal)).find(({ id }) => !before.has(id));

  expect(await server.findOption('global-session', '@made', signal)).toBe(made?.id);
  expect(await server.findOption('global-session', '@also', signal)).toBe('a;b');
  expect([...(await server.listHooks('after-new-window', signal)).keys()]).toEqual([0, 1]);
  await server.removeHooks('after-new-window', signal);
  expect((await server.listHooks('after-new-window', signal)).size).toBe(0);
  await expect(server.addHook('nosuch-event', [remember], signal)).rejects.toMatchObject({
    code: 'tmux.unknown-option',
  });
  await expect(server.addHook('pane-exited', [['nosuch']], signal)).rejects.toMatchObject({
    code: 'tmux.unknown-command',
  });
});

test('keeps any bytes in buffers (B64)', async () => {
  await using opened = await openServer();
  const { server, directory, signal } = opened;
  const [source, target] = [join(directory, 'in #{pid} %Y'), join(directory, 'out')];
  const bytes = Buffer.from([0, 1, 0xff, 10, 0x1b, 0xc3]);
  await writeFile(source, bytes);
  await server.loadBuffer('binary', source, signal);
  await server.saveBuffer('binary', target, signal);
  await server.saveBuffer('binary', target, signal, { append: true });

  expect(await readFile(target)).toEqual(Buffer.concat([bytes, bytes]));
  expect(await server.listBuffers(signal)).toEqual(['binary']);
  await expect(server.saveBuffer('binary', '/nonexistent/x', signal)).rejects.toMatchObject({
    code: 'tmux.file-failed',
  });
  await server.deleteBuffer('binary', signal);
  await expect(server.deleteBuffer('binary', signal)).rejects.toMatchObject({
    code: 'tmux.buffer-gone',
  });
  await expect(server.saveBuffer('binary', target, signal)).rejects.toMatchObject({
    code: 'tmux.buffer-gone',
  });
  await expect(server.loadBuffer('x', '/nonexistent', signal)).rejects.toMatchObject({
    code: 'tmux.file-failed',
  });
  await expect(server.setBuffer('x', '', signal)).rejects.toMatchObject({
    code: 'tmux.bad-argument',
  });
});
