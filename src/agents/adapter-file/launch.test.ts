import { expect, test } from 'vitest';
import type { AgentRequest } from '../agent.ts';
import { checkYaml } from '../screen-rules/check-yaml.ts';
import { launchFile } from './launch.ts';
import { adapterFile } from './schema.ts';
import { statusFileOf } from './status-file.ts';

const file = checkYaml(
  'mine.yaml',
  `
program: mine
delivery: argv
doneBy: turn
args:
  - --exchange={exchange}
  - { when: model, args: [--model, '{model}'], otherwise: [--default] }
  - { when: resume, args: [--resume, '{resume}'], otherwise: [--id, '{conversation}'] }
  - { when: dirs, args: [--add-dir, '{dir}'] }
  - { when: allow-all, args: [--yes] }
  - { when: deny-all, args: [--no] }
  - { when: instruction, args: [--, '{instruction}'] }
environment: { MINE: '{env HOME}/mine', OUT: '{output}' }
files:
  - path: '{home}/a/settings.json'
    json: { hooks: { Stop: ['{hook Stop}'] }, count: 3, off: null, template: '{other}' }
  - { path: '{home}/plain.txt', content: "cwd={directory} {other} {constructor x} {ask May}\\n" }
hooks:
  Stop: turn-ended
  May: { means: asking, allow: 'y', deny: 'n' }
statusFile: { path: '{env HOME}/.mine/{pid}.json', field: a.b, ready: [idle], asking: [w1, w2] }
`,
  adapterFile,
);

const request: AgentRequest = {
  adapter: 'mine',
  exchange: {
    dir: '/x',
    promptPath: '/x/prompt.md',
    outputPath: '/x/output.md',
    eventsDir: '/x/events',
    since: 0,
    nonce: '1',
    instruction: "Read $& and {model} it's",
  },
  mode: 'one-shot',
  homeDir: '/home-dir',
  exchangeDirs: ['/x', '/y z'],
  directory: '/work',
  isDirectoryOurs: true,
  environment: { HOME: '/h' },
  socketPath: '/s/tmux.sock',
  runId: 'run_1',
  conversationId: 'uuid',
  resume: undefined,
  model: undefined,
  policy: { otherwise: 'ask', rules: [] },
  command: undefined,
};

function launch(more: Partial<AgentRequest> = {}) {
  const tools = { hookArgv: ['/bin/sh', "/it's/hook.sh"], askArgv: ['/bin/sh', '/ask.sh'] };
  return launchFile(file, { ...request, ...more }, tools, '/bin/mine');
}

test('values take the places of the placeholders, as they are', () => {
  expect(launch().argv).toEqual([
    '/bin/mine',
    '--exchange=/x',
    '--default',
    '--id',
    'uuid',
    '--add-dir',
    '/x',
    '--add-dir',
    '/y z',
    '--',
    "Read $& and {model} it's",
  ]);
  expect(launch().environment).toEqual({ MINE: '/h/mine', OUT: '/x/output.md' });
});

test('what is there only sometimes is left out when it is not', () => {
  const { argv } = launch({
    model: 'big',
    resume: 'old',
    policy: { otherwise: 'allow', rules: [] },
  });
  expect(argv.slice(2, 6)).toEqual(['--model', 'big', '--resume', 'old']);
  expect(argv).toContain('--yes');
  expect(launch({ policy: { otherwise: 'deny', rules: [] } }).argv).toContain('--no');
  expect(launch({ mode: 'persistent' }).argv).not.toContain('--');
});

test('files are filled, JSON in its strings alone', () => {
  const [settings, plain] = launch().files;
  expect(settings?.path).toBe('/home-dir/a/settings.json');
  expect(JSON.parse(settings?.content ?? '')).toEqual({
    hooks: { Stop: [String.raw`'/bin/sh' '/it'\''s/hook.sh' 'Stop'`] },
    count: 3,
    off: null,
    template: '{other}',
  });
  expect(plain?.content).toBe("cwd=/work {other} {constructor x} '/bin/sh' '/ask.sh' 'May'\n");
});

test('the status file is found by the process, and read by its words', () => {
  const status = file.statusFile && statusFileOf(file.statusFile);
  expect(status?.path(request, 42)).toBe('/h/.mine/42.json');
  expect(status?.read('{"a":{"b":"w2"}}')).toEqual({ kind: 'asking', detail: 'status "w2"' });
  expect(status?.read('{"a":{"b":"other"}}')).toBeUndefined();
  expect(status?.read('{"a":')).toBeUndefined();
});
