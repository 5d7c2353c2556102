import { expect, test } from 'vitest';
import type { AgentRequest } from './agent.ts';
import { readDemoScreen } from './demo/read-demo-screen.ts';
import { plainRow } from './read-screen.ts';

const request = (more: Partial<AgentRequest> = {}): AgentRequest => ({
  adapter: 'demo',
  exchange: {
    dir: '/x',
    promptPath: '/x/prompt.md',
    outputPath: '/x/output-1.md',
    eventsDir: '/x/events',
    since: 0,
    nonce: '1',
    instruction: undefined,
  },
  mode: 'one-shot',
  homeDir: '/x',
  exchangeDirs: ['/x'],
  directory: '/x',
  isDirectoryOurs: true,
  environment: {},
  socketPath: '/x/s/tmux.sock',
  runId: 'run_1',
  conversationId: '',
  model: undefined,
  resume: undefined,
  policy: { otherwise: 'ask', rules: [] },
  command: undefined,
  ...more,
});

function read(styledRows: readonly string[], more: Partial<AgentRequest> = {}) {
  return readDemoScreen({ styledRows, rows: styledRows.map(plainRow) }, request(more));
}

const prompt = '\u001B[1m❯\u001B[0m';

test('takes colours, charset shifts and links out of a row', () => {
  expect(plainRow('\u001B[1;38;5;4ma\u001B[0m\u000Eb\u000F \u001B]8;;http://x\u001B\\c  ')).toBe(
    'ab c',
  );
});

test('reads the prompt and what is typed there, over wrapped rows', () => {
  expect(read(['title', `${prompt} Read the`, 'file', '', ''])).toMatchObject({
    kind: 'ready',
    composer: 'Read thefile',
  });
  expect(read([`${prompt} `])).toMatchObject({ kind: 'ready', composer: '' });
});

test('tells work from rest by the row above the prompt', () => {
  const working = '\u001B[36m⠙\u001B[0m Working… (2 s · esc to interrupt)';
  expect(read([working, prompt]).kind).toBe('busy');
  expect(read([working, 'done', prompt]).kind).toBe('ready');
});

test('does not take a prompt in a text for its own', () => {
  expect(read(['an example:', '❯ ls', '? really']).kind).toBe('unknown');
  expect(read([]).kind).toBe('unknown');
});

test('leaves a question of trust to a person where the files are not ours', () => {
  const rows = ['\u001B[1m?\u001B[0m Do you trust the files in /x?', '  1. Yes', '  2. No, exit'];
  expect(read(rows)).toMatchObject({
    kind: 'asking',
    automatic: 0,
    dialog: { kind: 'trust', choices: ['Yes', 'No, exit'] },
  });
  expect(read(rows, { isDirectoryOurs: false })).toMatchObject({ automatic: undefined });
});

test('answers a question of permission by the policy alone', () => {
  const rows = ['\u001B[1m?\u001B[0m Write /x', '  1. Allow', '  2. Deny'];
  const answers = (['allow', 'deny', 'ask'] as const).map((permission) => {
    const reading = read(rows, { policy: { otherwise: permission, rules: [] } });
    return 'automatic' in reading ? reading.automatic : 'none';
  });
  expect(answers).toEqual([0, 1, undefined]);
});
