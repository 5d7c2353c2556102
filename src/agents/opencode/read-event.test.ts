import { describe, expect, test } from 'vitest';
import type { AgentRequest } from '../agent.ts';
import { findConversation } from './conversation.ts';
import { readOpencodeEvent } from './read-event.ts';
import { readUsage } from './usage.ts';

const event = (name: string, payload: unknown = {}, reply?: string) => ({
  name,
  payload,
  at: 1_795_000_000_000,
  reply,
});

const read = (told: ReturnType<typeof event>, mode: AgentRequest['mode'] = 'one-shot') =>
  readOpencodeEvent(told, { mode });

describe('an event', () => {
  test.each([
    ['plugin_loaded', { kind: 'session-started' }],
    ['step_finish', { kind: 'working' }],
    ['session_retry', { kind: 'working' }],
    ['session_idle', { kind: 'turn-ended', backgroundTasks: 0 }],
    ['permission_asked', { kind: 'working' }],
    ['question_asked', { kind: 'working' }],
    ['tool_asked', { kind: 'working' }],
  ])('%s means %o', (name, meaning) => {
    expect(read(event(name))).toEqual(meaning);
  });

  test('of a prompt carries its text', () => {
    const payload = { sessionID: 'ses_1', text: 'Read the file' };

    expect(read(event('chat_message', payload))).toEqual({
      kind: 'prompt-submitted',
      text: 'Read the file',
    });
  });

  test('of a new session proves a paste alone: of arguments the prompt is the proof', () => {
    expect(read(event('session_created'), 'persistent')).toEqual({ kind: 'working' });
    expect(read(event('session_created'))).toBeUndefined();
  });

  test('that waits for an answer is a question', () => {
    const payload = { permission: 'bash', call: { tool: 'bash', args: { command: 'ls' } } };
    const asked = read(event('permission_asked', payload, 'the-reply'));

    expect(asked).toMatchObject({ kind: 'asking', dialog: { reply: 'the-reply' } });
  });

  test('of a tool that is checked is a question that no screen shows', () => {
    const payload = { call: { tool: 'read', args: { filePath: '/etc/hosts' } } };
    const asked = read(event('tool_asked', payload, 'the-reply'));

    expect(asked).toMatchObject({ isHidden: true, dialog: { question: 'read: /etc/hosts' } });
  });

  test('of an interrupted turn is no end, nor is one that nobody knows', () => {
    expect(read(event('session_aborted'))).toBeUndefined();
    expect(read(event('something_new'))).toBeUndefined();
  });

  test('of another model than the one asked for is a failure', () => {
    const payload = { model: 'a/b', taken: 'c/d' };

    expect(read(event('model_unknown', payload))).toMatchObject({
      kind: 'failed',
      failure: 'permanent',
      message: 'opencode does not know the model a/b, and took c/d',
    });
  });
});

test('the newest prompt names the conversation', () => {
  const events = [
    event('chat_message', { sessionID: 'ses_1' }),
    event('chat_message', { sessionID: 'ses_2' }),
    event('session_idle', { sessionID: 'ses_2' }),
  ];

  expect(findConversation(events)).toBe('ses_2');
  expect(findConversation([])).toBeUndefined();
});

test('each step is counted once, with its thinking', () => {
  const tokens = { input: 10, output: 3, reasoning: 2, cache: { read: 5, write: 1 } };
  const step = (id: string) => event('step_finish', { id, model: 'm', tokens });
  const one = {
    model: 'm',
    inputTokens: 10,
    outputTokens: 5,
    cacheReadTokens: 5,
    cacheWriteTokens: 1,
    isOneRequest: true,
  };

  expect(readUsage([step('a'), step('b'), step('a'), event('session_idle')])).toEqual([one, one]);
});
