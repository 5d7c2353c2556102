import { describe, expect, test } from 'vitest';
import { readGeminiEvent } from './read-event.ts';

describe('the end of a turn', () => {
  const end = (more: object) =>
    readGeminiEvent({
      name: 'AfterAgent',
      at: 1_000,
      payload: { prompt: 'Do it', prompt_response: 'Done.', ...more },
    });
  const error = (content: string) => ({ record: { type: 'error', content } });

  test('is told with the answer', () => {
    expect(end({})).toEqual({ kind: 'turn-ended', backgroundTasks: 0 });
  });

  test('is not reached without an answer, nor by an interruption', () => {
    expect(end({ prompt_response: '[no response text]' })).toBeUndefined();
    expect(end({ record: { type: 'info', content: 'Request cancelled.' } })).toBeUndefined();
  });

  test('with an error is a failure', () => {
    const said = '[API Error: {"error":{"code":403,"message":"Permission\\n denied"}}]';

    expect(end(error(said))).toEqual({
      kind: 'failed',
      failure: 'permanent',
      message: 'Permission denied',
    });
  });

  test.each([
    ['[API Error: {"error":{"code":500,"message":"Internal"}}]', 'transient', undefined],
    ['[API Error: exception TypeError: fetch failed sending request]', 'transient', undefined],
    ['[API Error: Your quota will reset after 1h1m1s.]', 'quota', 1_000 + 3_661_000],
    ['[API Error: You have exhausted your daily quota on this model.]', 'quota', undefined],
  ])('%s is %s', (said, failure, retryAt) => {
    expect(end(error(said))).toMatchObject({
      kind: 'failed',
      failure,
      ...(retryAt && { retryAt }),
    });
  });
});

test('what it tells the model by itself is no new prompt', () => {
  const of = (prompt: string) =>
    readGeminiEvent({ name: 'BeforeAgent', at: 0, payload: { prompt } });

  expect(of('[System: You returned an empty response.]')).toEqual({ kind: 'working' });
  expect(of('Do it')).toEqual({ kind: 'prompt-submitted', text: 'Do it' });
});

test('a cleared conversation is not the end of the session', () => {
  const of = (reason: string) =>
    readGeminiEvent({ name: 'SessionEnd', at: 0, payload: { reason } });

  expect(of('clear')).toBeUndefined();
  expect(of('exit')).toEqual({ kind: 'session-ended' });
});

describe('a tool', () => {
  const asks = (tool_name: string, tool_input: object, reply?: string) =>
    readGeminiEvent({
      name: 'BeforeTool',
      at: 0,
      payload: { tool_name, tool_input, cwd: '/work' },
      reply,
    });

  test('is asked for while its hook waits, and only then', () => {
    expect(asks('run_shell_command', { command: 'ls' }, '1-2-BeforeTool')).toMatchObject({
      kind: 'asking',
      dialog: { question: 'run_shell_command: ls', reply: '1-2-BeforeTool' },
    });
    expect(asks('run_shell_command', { command: 'ls' })).toEqual({ kind: 'working' });
  });

  test.each([
    ['run_shell_command', { command: 'ls' }, { subject: 'ls', kind: 'command' }],
    ['write_file', { file_path: '../a/b' }, { subject: '/a/b', kind: 'path' }],
    ['web_fetch', { prompt: 'read http://a' }, { subject: 'read http://a', kind: 'text' }],
    // Nobody knows what somebody else's tool does with a field of that name.
    ['mcp_x_run', { command: 'ls' }, { subject: '{"command":"ls"}', kind: 'text' }],
  ])('%s of %o is named to the policy', (name, input, tool) => {
    const meaning = asks(name, input, 'r');
    const dialog = meaning?.kind === 'asking' ? meaning.dialog : undefined;

    expect(dialog?.tool).toEqual({ name, ...tool });
  });
});

test('a dialog of its own is told with what it is about', () => {
  const details = { type: 'exec', command: 'rm -rf /' };
  const meaning = readGeminiEvent({ name: 'Notification', at: 0, payload: { details } });

  expect(meaning).toMatchObject({
    kind: 'asking',
    dialog: { kind: 'permission', question: 'rm -rf /' },
  });
});
