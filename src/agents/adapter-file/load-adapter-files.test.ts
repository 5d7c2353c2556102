import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { FakeClock } from '../../base/index.ts';
import { checkYaml } from '../screen-rules/check-yaml.ts';
import { AgentFileInvalidError } from '../screen-rules/errors.ts';
import { loadAdapterFiles } from './load-adapter-files.ts';
import { adapterFile } from './schema.ts';

const clock = new FakeClock();
const signal = new AbortController().signal;

const oneShot = `
program: /bin/cp
delivery: argv
doneBy: exit
args: ['{prompt}', '{output}']
`;

/** Load files by name and content. */
async function load(files: Readonly<Record<string, string>>) {
  const dir = await mkdtemp(join(tmpdir(), 'tb-adapters-'));
  try {
    const paths = Object.keys(files).map((name) => join(dir, name));
    for (const path of paths) await writeFile(path, files[path.slice(dir.length + 1)] ?? '');
    return { dir, adapters: await loadAdapterFiles(paths, clock) };
  } finally {
    await rm(dir, { recursive: true });
  }
}

/** What is wrong in a file, one line a problem. */
function problemsOf(text: string): readonly string[] {
  try {
    checkYaml('mine.yaml', text, adapterFile);
    return [];
  } catch (error) {
    if (!(error instanceof AgentFileInvalidError)) throw error;
    return error.problems.map(
      ({ line, column, field, problem }) => `${line}:${column} ${field}: ${problem}`,
    );
  }
}

test('four lines make an adapter', async () => {
  const { adapters } = await load({ 'my-cp.yaml': oneShot });
  expect(adapters).toMatchObject([
    { name: 'my-cp', delivery: 'argv', doneBy: 'exit', graceMs: 2_000, interruptKeys: [] },
  ]);
});

test('a file with a fault says so when its agent is used, and the others go on', async () => {
  const { dir, adapters } = await load({ 'bad.yaml': 'program: 3', 'good.yaml': oneShot });
  expect(adapters.map(({ name }) => name)).toEqual(['bad', 'good']);
  expect(await adapters[0]?.detect({}, signal)).toMatchObject({
    isFound: false,
    readiness: 'no',
    problem: `${dir}/bad.yaml is wrong in line 1, column 10: program: is to be text, not 3; line 1, column 1: delivery: is missing; line 1, column 1: doneBy: is missing.`,
  });
});

test.each(['My-agent.yaml', 'my agent.yaml', '-x.yaml'])(
  '%s is a name no agent may have',
  async (name) => {
    const { adapters } = await load({ [name]: oneShot });
    const { problem } = (await adapters[0]?.detect({}, signal)) ?? {};
    expect(problem).toContain('name of the file: is to be small letters');
  },
);

test('a file that cannot be read makes an agent that says so', async () => {
  const [adapter] = await loadAdapterFiles(['/nowhere/mine.yaml'], clock);
  const { problem } = (await adapter?.detect({}, signal)) ?? {};
  expect(problem).toContain(
    '/nowhere/mine.yaml is wrong in line 1, column 1: cannot be read (ENOENT)',
  );
});

test.each([
  [
    'args: [--model, "{model}"]',
    '7:17 args[1]: has {model}, which has no value here; these have: {prompt}, {output}',
  ],
  ['args: [{ when: model, args: ["{modle}"] }]', '7:30 args[0].args[0]: has {modle}'],
  [
    'args: [{ when: sometimes, args: [a] }]',
    '7:16 args[0].when: is to be instruction or model or resume or dirs or allow-all or deny-all, not "sometimes"',
  ],
  ['environment: { A: "{hook}" }', '7:19 environment.A: has {hook}'],
  ['environment: { "A B": x }', '7:23 environment.A B: is no name'],
  ['interruptKeys: [Esc]', '7:17 interruptKeys[0]: is no key'],
  ['graceMs: 1.5', '7:10 graceMs: is to be a whole number, not 1.5'],
  ['graceMs: 100000', '7:10 graceMs: is to be at most 60000, not 100000'],
  ['files: [{ path: /etc/x, content: a }]', '7:17 files[0].path: begins with {home}/'],
  ['files: [{ path: "{home}/../x", content: a }]', '7:17 files[0].path: begins with {home}/'],
  ['files: [{ path: "{home}/x" }]', '7:9 files[0]: needs either "content" or "json"'],
  ['files: [{ path: "{home}/x", json: { a: "{pid}" } }]', '7:35 files[0].json: has {pid}'],
  ['hooks: { Stop: done }', '7:16 hooks.Stop: is to be session-started or'],
  [
    'hooks: { Stop: { means: turn-ended, text: prompt } }',
    '7:43 hooks.Stop.text: belongs to another meaning than "turn-ended"',
  ],
  [
    'hooks: { Stop: { means: prompt-submitted, text: "a..b" } }',
    '7:49 hooks.Stop.text: is a path such as tool_input.command',
  ],
  ['screen: { busy: [{ below: "/(/" }] }', '7:27 screen.busy[0].below: is no regular expression'],
])('%s is refused', (line, problem) => {
  const base = 'program: x\ndelivery: paste\ndoneBy: turn\n# 4\n# 5\n# 6\n';
  const problems = problemsOf(`${base}${line}\n`);
  expect(problems[0]?.slice(0, problem.length)).toBe(problem);
});

const turn = `
program: x
delivery: argv
doneBy: turn
`;

test.each([
  [
    `${turn}args: ['{prompt}']`,
    '4:9 doneBy: cannot be "turn" without a hook that means turn-ended',
  ],
  [`${turn}hooks: { Stop: turn-ended }`, '2:1 args: has to name {instruction} or {prompt}'],
  [turn.replace('argv', 'paste'), '2:1 screen.composer: is missing: a prompt is pasted only'],
  [
    `${turn.replace('argv', 'paste').replace('turn', 'exit')}screen: { composer: { first: x } }`,
    '4:9 doneBy: is to be "turn": the screen',
  ],
  [
    `${turn}args: ['{prompt}', '{hook Stop}']\nhooks: { End: turn-ended }`,
    '6:8 hooks.Stop: is missing: {hook Stop} stands in this file',
  ],
  [
    `${turn}args: ['{prompt}', '{ask May}']\nhooks: { May: { means: asking, allow: y }, End: turn-ended }`,
    '6:15 hooks.May: has to mean asking and to have "allow" and "deny"',
  ],
  [
    `${turn}args: ['{prompt}']\nhooks: { End: turn-ended }\nusage: { event: Emd, input: a, output: b }`,
    '7:17 usage.event: is never told: {hook Emd} stands nowhere',
  ],
])('what contradicts itself is refused: %s', (text, problem) => {
  const problems = problemsOf(text);
  expect(problems.map((one) => one.slice(0, problem.length))).toContain(problem);
});

test('a composer is enough to see the end of a turn', () => {
  const text = `${turn.replace('argv', 'paste')}screen: { composer: { first: x } }`;
  expect(problemsOf(text)).toEqual([]);
});
