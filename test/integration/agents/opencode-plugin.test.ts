import { mkdir, mkdtemp, readdir, realpath, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readEvents } from '../../../src/agents/hook-spool.ts';
import { sendReply } from '../../../src/agents/replies.ts';
import {
  type LoadedPlugin,
  loadPlugin,
  type PluginOptions,
} from '../../support/opencode-plugin.ts';

let dir = '';
let open: LoadedPlugin[] = [];

beforeEach(async () => {
  dir = await realpath(await mkdtemp(join(tmpdir(), 'plugin-')));
  open = [];
  for (const name of ['first', 'second', 'replies']) await mkdir(join(dir, name));
  await symlink(join(dir, 'first'), join(dir, 'events'));
  process.env['TMUX_BUILDER_EVENTS'] = join(dir, 'events');
  process.env['TMUX_BUILDER_REPLIES'] = join(dir, 'replies');
});

afterEach(async () => {
  for (const plugin of open) await plugin[Symbol.asyncDispose]();
  await expect.poll(async () => await readdir(join(dir, 'replies'))).toEqual([]);
  delete process.env['TMUX_BUILDER_EVENTS'];
  delete process.env['TMUX_BUILDER_REPLIES'];
  await rm(dir, { recursive: true });
});

/** The plugin without opencode: what happens to each event, and to what is asked. */
async function load(more: PluginOptions = {}): Promise<LoadedPlugin> {
  const plugin = await loadPlugin(more);
  open.push(plugin);
  return plugin;
}

async function names(): Promise<readonly string[]> {
  return (await readEvents(join(dir, 'first'))).map(({ name }) => name);
}

async function waiting(): Promise<readonly string[]> {
  const found = await readdir(join(dir, 'replies'));
  return found.map((name) => name.replace('.fifo', '')).toSorted();
}

/** Wait until so many questions wait; their names, the oldest first. */
async function until(count: number): Promise<readonly string[]> {
  await expect.poll(async () => (await waiting()).length).toBe(count);
  await expect
    .poll(async () => (await names()).filter((one) => one.endsWith('asked')).length)
    .toBeGreaterThanOrEqual(count);
  return await waiting();
}

describe('the turn', () => {
  test('is told from its prompt to its end, in order', async () => {
    const { tell, prompt } = await load();

    await prompt('s');
    await tell('message.updated', {
      info: { role: 'assistant', id: 'm', modelID: 'b', sessionID: 's' },
    });
    const part = { type: 'step-finish', id: 'p', messageID: 'm', tokens: { input: 1 } };
    await tell('message.part.updated', { sessionID: 's', part });
    await tell('message.updated', {
      info: { role: 'assistant', id: 'm', sessionID: 's', finish: 'stop' },
    });
    await tell('session.idle', { sessionID: 's' });

    const events = await readEvents(join(dir, 'first'));
    expect(events.map(({ name }) => name)).toEqual([
      'plugin_loaded',
      'chat_message',
      'step_finish',
      'session_idle',
    ]);
    expect(events[1]?.payload).toEqual({ sessionID: 's', text: 'Do it' });
    expect(events[2]?.payload).toMatchObject({ id: 'p', model: 'b', tokens: { input: 1 } });
  });

  test('that was interrupted, or broken off in a step, has no end', async () => {
    const { tell, prompt } = await load();

    await prompt('s');
    await tell('session.error', { sessionID: 's', error: { name: 'MessageAbortedError' } });
    await tell('session.idle', { sessionID: 's' });
    await tell('session.idle', { sessionID: 's' });
    await prompt('s');
    await tell('message.updated', { info: { role: 'assistant', id: 'm', sessionID: 's' } });
    await tell('session.idle', { sessionID: 's' });

    const told = ['chat_message', 'session_aborted'];
    expect(await names()).toEqual(['plugin_loaded', ...told, ...told]);
  });

  test('that failed is told once, though opencode idles twice', async () => {
    const { tell, prompt } = await load();

    await prompt('s');
    await tell('session.error', { sessionID: 's', error: { name: 'APIError' } });
    await tell('session.idle', { sessionID: 's' });
    await tell('session.idle', { sessionID: 's' });

    expect((await names()).slice(2)).toEqual(['session_error']);
  });

  test('that goes on after an error has not failed', async () => {
    const { tell, prompt } = await load();

    await prompt('s');
    await tell('session.error', { sessionID: 's', error: { name: 'ContextOverflowError' } });
    await tell('session.status', { sessionID: 's', status: { type: 'busy' } });
    await tell('message.updated', {
      info: { role: 'assistant', id: 'm', sessionID: 's', finish: 'stop' },
    });
    await tell('session.idle', { sessionID: 's' });

    expect((await names()).slice(2)).toEqual(['session_idle']);
  });

  test('of a subagent neither begins nor ends ours', async () => {
    const { tell, prompt } = await load();

    await prompt('s');
    await tell('session.created', { sessionID: 'child', info: { parentID: 's' } });
    await prompt('child');
    await tell('session.idle', { sessionID: 'child' });

    expect(await names()).toEqual(['plugin_loaded', 'chat_message']);
  });

  test('tells of the session that its first prompt makes', async () => {
    const { tell, prompt } = await load();

    await tell('session.created', { sessionID: 's', info: {} });
    await prompt('s');

    expect((await names()).slice(1)).toEqual(['session_created', 'chat_message']);
  });

  test('of the next exchange is told there', async () => {
    const { prompt } = await load();
    await rm(join(dir, 'events'));
    await symlink(join(dir, 'second'), join(dir, 'events'));

    await prompt('s', 'x'.repeat(2 * 1024 * 1024));

    expect(await names()).toEqual(['plugin_loaded']);
    const [event] = await readEvents(join(dir, 'second'));
    expect(event?.payload).toMatchObject({ text: expect.stringMatching(/^x{100000}$/) });
  });

  test('with another model than the one asked for says so, once', async () => {
    const { prompt } = await load({ model: 'a/c' });

    await prompt('s');
    await prompt('s');

    const events = await readEvents(join(dir, 'first'));
    expect(
      events.filter(({ name }) => name === 'model_unknown').map(({ payload }) => payload),
    ).toEqual([{ model: 'a/c', taken: 'a/b' }]);
  });
});

describe('a question', () => {
  const asked = (id: string, callID = id) => ({ id, sessionID: 's', tool: { callID } });

  test('waits for its answer, and tells what the tool is to do', async () => {
    const { hooks, tell, sent } = await load();
    await hooks['tool.execute.before']({ tool: 'bash', callID: 'c' }, { args: { command: 'ls' } });

    const done = tell('permission.asked', asked('p', 'c'));
    const [reply = ''] = await until(1);
    await sendReply(dir, reply, JSON.stringify({ reply: 'once' }));
    await done;

    const event = (await readEvents(join(dir, 'first'))).at(-1);
    expect(event).toMatchObject({
      name: 'permission_asked',
      payload: { id: 'p', call: { tool: 'bash', args: { command: 'ls' } }, directory: '/srv/app' },
    });
    expect(sent).toEqual([{ url: '/permission/{requestID}/reply', requestID: 'p', reply: 'once' }]);
  });

  test('is put once for one call', async () => {
    const { tell, sent } = await load();
    const done = tell('permission.asked', asked('p', 'c'));
    const [reply = ''] = await until(1);
    await sendReply(dir, reply, JSON.stringify({ reply: 'once' }));
    await done;

    await tell('permission.asked', asked('q', 'c'));

    expect(sent).toMatchObject([{ requestID: 'p' }, { requestID: 'q', reply: 'once' }]);
  });

  test('is refused only once those beside it are answered', async () => {
    const { tell, sent } = await load();
    const refused = tell('permission.asked', asked('p'));
    const [first = ''] = await until(1);
    const allowed = tell('permission.asked', asked('q'));
    const second = (await until(2)).find((name) => name !== first) ?? '';

    await sendReply(dir, first, JSON.stringify({ reply: 'reject', message: 'No.' }));
    await refused;
    expect(sent).toEqual([]);
    await sendReply(dir, second, JSON.stringify({ reply: 'once' }));
    await allowed;

    expect(sent).toMatchObject([
      { requestID: 'q', reply: 'once' },
      { requestID: 'p', reply: 'reject', message: 'No.' },
    ]);
  });

  test('that was answered in the terminal waits no more', async () => {
    const { tell, sent } = await load();
    const done = tell('permission.asked', asked('p'));
    await until(1);

    await tell('permission.replied', { requestID: 'p', sessionID: 's', reply: 'once' });
    await done;

    expect(await waiting()).toEqual([]);
    expect(sent).toEqual([]);
  });

  test('of the model is answered or put aside', async () => {
    const { tell, sent } = await load();
    for (const answer of [{ answers: [['Red']] }, {}]) {
      const done = tell('question.asked', { id: 'q', sessionID: 's', questions: [] });
      const [reply = ''] = await until(1);
      await sendReply(dir, reply, JSON.stringify(answer));
      await done;
    }

    expect(sent).toMatchObject([
      { url: '/question/{requestID}/reply', requestID: 'q', answers: [['Red']] },
      { url: '/question/{requestID}/reject', requestID: 'q' },
    ]);
  });

  test('that nobody needs an answer to any more is let go', async () => {
    const { tell, sent } = await load();
    const done = tell('permission.asked', asked('p'));
    const [reply = ''] = await until(1);

    await sendReply(dir, reply, '');
    await done;

    expect(sent).toEqual([]);
  });

  test('waits no more when the turn or opencode ends', async () => {
    const { hooks, tell, sent } = await load();
    const first = tell('permission.asked', asked('p'));
    await until(1);
    await tell('session.idle', { sessionID: 's' });
    await first;

    const second = tell('permission.asked', asked('q'));
    await until(1);
    await hooks.dispose();
    await second;

    expect(sent).toEqual([]);
  });

  test('is answered at once where every tool is told the same', async () => {
    const { tell, sent } = await load({ fixed: { reply: 'reject', message: 'No.' } });

    await tell('permission.asked', asked('p'));

    expect(sent).toMatchObject([{ requestID: 'p', reply: 'reject', message: 'No.' }]);
    expect(await names()).toEqual(['plugin_loaded', 'permission_asked']);
  });
});

describe('a tool', () => {
  const says = (text: string): readonly string[] => ['/bin/sh', '-c', `cat >/dev/null; ${text}`];

  test('that no rule of the job forbids is used', async () => {
    for (const check of [says(''), says('printf allow')]) await (await load({ check })).use('c');

    expect(await waiting()).toEqual([]);
  });

  test('that a rule forbids, or that cannot be checked, is not used', async () => {
    const denied = await load({ check: says('printf deny') });
    const broken = await load({ check: says('exit 2') });
    const missing = await load({ check: ['/nowhere'] });

    await expect(denied.use('c')).rejects.toThrow('A rule of this job forbids it');
    await expect(broken.use('c')).rejects.toThrow('could not be checked');
    await expect(missing.use('c')).rejects.toThrow('could not be checked');
  });

  test('that a rule asks about waits for its answer, and is asked about once', async () => {
    const { use, tell, sent } = await load({ check: says('printf ask') });
    const used = use('c');
    const [reply = ''] = await until(1);
    await sendReply(dir, reply, JSON.stringify({ reply: 'once' }));
    await used;
    await tell('permission.asked', { id: 'p', sessionID: 's', tool: { callID: 'c' } });

    expect((await readEvents(join(dir, 'first'))).at(-1)).toMatchObject({
      name: 'tool_asked',
      payload: { call: { tool: 'bash', args: { command: 'ls' } }, directory: '/srv/app' },
    });
    expect(sent).toMatchObject([{ requestID: 'p', reply: 'once' }]);
  });

  test('that waits keeps a refusal beside it back until it is answered', async () => {
    const { use, tell, sent } = await load({ check: says('printf ask') });
    const used = use('c');
    const [first = ''] = await until(1);
    const refused = tell('permission.asked', { id: 'p', sessionID: 's', tool: { callID: 'd' } });
    const second = (await until(2)).find((name) => name !== first) ?? '';

    await sendReply(dir, second, JSON.stringify({ reply: 'reject' }));
    await refused;
    expect(sent).toEqual([]);
    await sendReply(dir, first, JSON.stringify({ reply: 'once' }));
    await used;

    expect(sent).toMatchObject([{ requestID: 'p', reply: 'reject' }]);
  });

  test('that was refused, or that nobody answered, is not used', async () => {
    const { use, tell } = await load({ check: says('printf ask') });
    const refused = use('c').catch((error: unknown) => error);
    const [reply = ''] = await until(1);
    await sendReply(dir, reply, JSON.stringify({ reply: 'reject', message: 'No.' }));
    const left = use('d').catch((error: unknown) => error);
    await until(1);
    await tell('session.idle', { sessionID: 's' });

    expect(await refused).toMatchObject({ message: 'No.' });
    expect(await left).toMatchObject({ message: 'Nobody has allowed it. Do without it.' });
  });
});

test('what the agent starts does not get our settings', async () => {
  const { hooks } = await load();
  const output = { env: { A: '1' } };

  await hooks['shell.env']({}, output);

  expect(output.env).toEqual({ A: '1', OPENCODE_PERMISSION: '' });
});
