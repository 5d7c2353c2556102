import { expect, test } from 'vitest';
import { agentEnvironment } from './agent-environment.ts';

test('passes the list, the prefixes of the CLIs and what is asked for, and nothing else', () => {
  const env = {
    HOME: '/home/someone',
    TERM: 'screen',
    LANG: 'C',
    ANTHROPIC_API_KEY: 'a',
    CLAUDE_CONFIG_DIR: 'b',
    DISABLE_TELEMETRY: '1',
    https_proxy: 'c',
    DATABASE_PASSWORD: 'secret',
    MY_KEY: 'd',
    TMUX_BUILDER_DATA_DIR: 'e',
  };

  expect(agentEnvironment(env, { passEnvironment: ['MY_KEY'] })).toEqual({
    HOME: '/home/someone',
    TERM: 'xterm-256color',
    LANG: 'C.UTF-8',
    ANTHROPIC_API_KEY: 'a',
    CLAUDE_CONFIG_DIR: 'b',
    DISABLE_TELEMETRY: '1',
    https_proxy: 'c',
    MY_KEY: 'd',
  });
});

test('never passes the signs of a surrounding tmux or agent, even when asked', () => {
  const env = {
    TMUX: '/tmp/x,1,0',
    TMUX_PANE: '%1',
    CLAUDECODE: '1',
    CLAUDE_CODE_ENTRYPOINT: 'cli',
  };

  expect(agentEnvironment(env, { passEnvironment: Object.keys(env) })).toEqual({
    TERM: 'xterm-256color',
    LANG: 'C.UTF-8',
  });
});

test('keeps a language that is set', () => {
  expect(agentEnvironment({ LANG: 'de_DE.UTF-8' }, { passEnvironment: [] })['LANG']).toBe(
    'de_DE.UTF-8',
  );
});
