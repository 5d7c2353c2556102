import { existsSync } from 'node:fs';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Agent, Dialog } from '../../../src/agents/index.ts';
import { parseRule } from '../../../src/agents/policy.ts';
import { systemClock } from '../../../src/base/index.ts';
import { connectTmuxServer } from '../../../src/tmux/index.ts';
import { type Bench, openBench } from '../../support/claude-bench.ts';
import type { Reply, ToolCall, ToolResult, Turn } from '../../support/model-api.ts';
import { needRealClaude, realVersions } from '../../support/real-claude.ts';

const [newest] = realVersions;

/** A command that no mode permits by itself. */
const command = 'printf done > beyond.txt && kill -0 $$';
const bash: ToolCall = { name: 'Bash', input: { command } };

/** A model that begins with these tools, all at once, and goes on with the job after them. */
function begin(...calls: readonly ToolCall[]) {
  const results: ToolResult[] = [];
  const first = ({ toolResults }: Turn): Reply | undefined => {
    if (toolResults.length === 0) return { kind: 'tools', calls };
    if (results.length === 0) results.push(...toolResults);
    return undefined;
  };
  return { first, results };
}

/** Wait until it asks, and resolve with what. */
async function asks(agent: Agent, { signal }: Bench): Promise<Dialog> {
  const { promise, resolve, reject } = Promise.withResolvers<Dialog>();
  signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  using _watching = agent.watch((now) => now.kind === 'asking' && resolve(now.dialog));
  if (agent.state.kind === 'asking') return agent.state.dialog;
  return await promise;
}

async function fifos({ request }: Bench): Promise<readonly string[]> {
  return await readdir(join(request.homeDir, 'replies'));
}

describe.for(realVersions)('permissions of Claude Code %s', (version) => {
  test('are given and refused by rules, and the model hears why', async (context) => {
    const program = needRealClaude(version, context);
    const others = ['kill -0 $PPID', 'kill -0 $PPID 1'].map((line) => {
      return { name: 'Bash', input: { command: line } };
    });
    const { first, results } = begin(bash, ...others);
    // What is written to a file no pattern allows: that one is asked about.
    const rules = [
      parseRule('allow', 'Bash(kill *)'),
      parseRule('allow', 'Bash(printf *)'),
      parseRule('deny', 'Bash(* 1)'),
    ];
    await using bench = await openBench({ program, rules, first });
    const steps: string[] = [];

    const { agent } = await bench.begin();
    const done = agent.untilDone(bench.signal, ({ kind, detail }) =>
      steps.push(`${kind} ${detail}`),
    );
    const dialog = await asks(agent, bench);
    await agent.answer({ kind: 'allow' }, dialog, bench.signal);
    const outcome = await done;

    expect(outcome.kind).toBe('finished');
    expect(dialog).toMatchObject({ kind: 'permission', question: `Bash: ${command}` });
    expect(results.map(({ isError }) => isError)).toEqual([false, false, true]);
    expect(results[2]?.text).toContain('A rule of this job forbids it');
    expect(steps).toEqual(['answered allow Bash: kill -0 $PPID']);
    expect(await fifos(bench)).toEqual([]);
  });

  test('that nobody has decided show in the state until they are answered', async (context) => {
    const program = needRealClaude(version, context);
    const { first, results } = begin(bash);
    await using bench = await openBench({ program, first });

    const { agent } = await bench.begin();
    const dialog = await asks(agent, bench);
    await expect
      .poll(async () => (await agent.screen(bench.signal)).join('\n'), { timeout: 20_000 })
      .toMatch(/1\. Yes/);
    expect(agent.state).toMatchObject({
      kind: 'asking',
      evidence: { detail: 'PermissionRequest hook' },
    });
    await agent.answer({ kind: 'deny', message: 'Not on a Sunday.' }, dialog, bench.signal);

    expect(agent.state.kind).toBe('busy');
    await expect(agent.answer({ kind: 'allow' }, dialog, bench.signal)).rejects.toMatchObject({
      code: 'agent.no-such-question',
    });
    expect((await agent.untilDone(bench.signal)).kind).toBe('finished');
    expect(results).toMatchObject([{ isError: true, text: 'Not on a Sunday.' }]);
  });

  test('to ask people are answered in words, without a key', async (context) => {
    const program = needRealClaude(version, context);
    const options = [
      { label: 'Red', description: 'warm' },
      { label: 'Blue', description: 'cold' },
    ];
    const question = { question: 'Which colour?', header: 'Colour', options, multiSelect: false };
    const { first, results } = begin({ name: 'AskUserQuestion', input: { questions: [question] } });
    await using bench = await openBench({ program, first });

    const { agent } = await bench.begin();
    const dialog = await asks(agent, bench);
    await agent.answer({ kind: 'choice', choice: 1 }, dialog, bench.signal);

    expect((await agent.untilDone(bench.signal)).kind).toBe('finished');
    expect(dialog).toMatchObject({ question: 'Which colour?', choices: ['Red', 'Blue'] });
    expect(results[0]?.text).toContain('"Which colour?"="Blue"');
  });

  test('asked side by side are answered one by one', async (context) => {
    const program = needRealClaude(version, context);
    const pages = [1, 2].map((n) => `http://127.0.0.1:9/${n}?a=1&b=2`);
    const { first, results } = begin(
      ...pages.map((url) => ({ name: 'WebFetch', input: { url, prompt: 'p' } })),
    );
    await using bench = await openBench({ program, first });

    const { agent } = await bench.begin();
    const asked: string[] = [];
    for (const message of ['first', 'second']) {
      const dialog = await asks(agent, bench);
      asked.push(dialog.tool?.subject ?? '');
      await agent.answer({ kind: 'deny', message }, dialog, bench.signal);
    }

    expect((await agent.untilDone(bench.signal)).kind).toBe('finished');
    expect(asked.toSorted()).toEqual(pages);
    expect(results.map(({ text }) => text).toSorted()).toEqual(['first', 'second']);
  });

  test('may be answered in the terminal, and the hook is let go', async (context) => {
    const program = needRealClaude(version, context);
    const { first, results } = begin(bash);
    await using bench = await openBench({ program, first });
    const { agent } = await bench.begin();
    await asks(agent, bench);
    const { socketPath } = bench.request;
    await using server = await connectTmuxServer({ socketPath, clock: systemClock }, bench.signal);
    const pane = server.pane('%0');

    await pane.untilScreen((rows) => rows.join('\n').includes('1. Yes'), bench.signal);
    await pane.pressKeys(['1'], bench.signal);

    expect((await agent.untilDone(bench.signal)).kind).toBe('finished');
    expect(results).toMatchObject([{ isError: false }]);
    await expect.poll(async () => await fifos(bench)).toEqual([]);
  });

  test('stay open when we die, and are answered by whoever comes next', async (context) => {
    const program = needRealClaude(version, context);
    const { first, results } = begin(bash);
    await using bench = await openBench({ program, first });
    const { agent: before } = await bench.begin();
    const asked = await asks(before, bench);
    await before[Symbol.asyncDispose]();

    const after = await bench.agents.adopt(bench.request, before.address, bench.signal);
    await using agent = after ?? expect.fail('it was not adopted');
    const dialog = await asks(agent, bench);
    await agent.answer({ kind: 'allow' }, dialog, bench.signal);

    expect(dialog).toEqual(asked);
    expect((await agent.untilDone(bench.signal)).kind).toBe('finished');
    expect(results).toMatchObject([{ isError: false }]);
    expect(bench.api.prompts).toHaveLength(1);
  });

  test('of a helper that works beside it are asked of people, too', async (context) => {
    const program = needRealClaude(version, context);
    const helper = { description: 'help', prompt: 'HELP ME', subagent_type: 'general-purpose' };
    let said = '';
    const { first } = begin({ name: 'Agent', input: helper });
    const model = (turn: Turn): Reply | undefined => {
      const [done] = turn.toolResults;
      if (turn.prompt.includes('<task-notification>')) return { kind: 'text', text: 'Thanks.' };
      if (!turn.prompt.includes('HELP ME')) return first(turn);
      if (done === undefined) return { kind: 'tool', ...bash };
      said = done.text;
      return { kind: 'text', text: 'Helped.' };
    };
    await using bench = await openBench({ program, first: model });

    const { agent } = await bench.begin();
    const done = agent.untilDone(bench.signal);
    const dialog = await asks(agent, bench);
    await agent.answer({ kind: 'deny', message: 'No help today.' }, dialog, bench.signal);

    expect((await done).kind).toBe('finished');
    expect(dialog.tool?.subject).toBe(command);
    expect(said).toBe('No help today.');
  });
});

describe.for(realVersions)('dialogs at the start of Claude Code %s', (version) => {
  test('wait for a person, who makes a choice by its number', async (context) => {
    const program = needRealClaude(version, context);
    const where = { isDirectoryOurs: false, isTrusted: false };
    await using bench = await openBench({ program, ...where });
    await using agent = await bench.agents.start(bench.request, bench.signal);
    const ready = agent.untilReady(bench.signal, { onDialog: 'wait' });
    const dialog = await asks(agent, bench);

    const choice = dialog.choices.findIndex((text) => text.startsWith('Yes'));
    await agent.answer({ kind: 'choice', choice }, dialog, bench.signal);
    await ready;
    await agent.deliver(bench.signal);

    expect(dialog.kind).toBe('trust');
    expect((await agent.untilDone(bench.signal)).kind).toBe('finished');
  });

  test('may be answered with no, and the agent ends', async (context) => {
    const program = needRealClaude(version, context);
    const where = { isDirectoryOurs: false, isTrusted: false };
    await using bench = await openBench({ program, ...where });
    await using agent = await bench.agents.start(bench.request, bench.signal);
    const ready = agent.untilReady(bench.signal, { onDialog: 'wait' });
    const refused = ready.catch((error: unknown) => error);
    const dialog = await asks(agent, bench);

    await agent.answer({ kind: 'deny' }, dialog, bench.signal);

    expect(await refused).toMatchObject({ code: 'agent.exited' });
    expect(bench.api.requestCount).toBe(0);
  });
});

describe.for(realVersions)('rules of a job for Claude Code %s', (version) => {
  test('forbid also what it would ask nobody for', async (context) => {
    const program = needRealClaude(version, context);
    const results: ToolResult[] = [];
    let files: readonly string[] = [];
    const first = ({ toolResults }: Turn): Reply | undefined => {
      if (toolResults.length >= files.length) {
        if (results.length === 0) results.push(...toolResults);
        return undefined;
      }
      const file_path = files[toolResults.length];
      return { kind: 'tool', name: 'Edit', input: { file_path, old_string: '', new_string: 'x' } };
    };
    const rules = [parseRule('deny', 'edit(*/secret/*)'), parseRule('ask', 'Edit(*/tests/*)')];
    await using bench = await openBench({ program, rules, permission: 'allow', first });
    files = ['secret/a', 'src/b', 'tests/c'].map((name) => join(bench.request.directory, name));

    const { agent } = await bench.begin();
    const done = agent.untilDone(bench.signal);
    const dialog = await asks(agent, bench);
    await agent.answer({ kind: 'deny', message: 'Not the tests.' }, dialog, bench.signal);

    expect((await done).kind).toBe('finished');
    expect(dialog.tool?.subject).toBe(files[2]);
    expect(results.map(({ isError }) => isError)).toEqual([true, false, true]);
    expect(results[0]?.text).toContain('A rule of this job forbids it');
    expect(results[2]?.text).toBe('Not the tests.');
    expect(existsSync(files[0] ?? '')).toBe(false);
  });

  test('forbid everything when they cannot be read', async (context) => {
    const program = needRealClaude(version, context);
    const { first, results } = begin({ name: 'Bash', input: { command: 'true' } });
    const rules = [parseRule('deny', 'Nothing')];
    let policyPath = '';
    const damage = async (turn: Turn): Promise<Reply | undefined> => {
      await writeFile(policyPath, '{');
      return first(turn);
    };
    await using bench = await openBench({ program, rules, permission: 'allow', first: damage });
    policyPath = join(bench.request.homeDir, 'agent', 'policy.json');

    await bench.perform();

    expect(results.map(({ isError }) => isError)).toEqual([true]);
  });
});

describe('one answer for every tool', () => {
  test('allow: the hook lets the command run', async (context) => {
    const { first, results } = begin(bash);
    const program = needRealClaude(newest, context);
    await using bench = await openBench({ program, permission: 'allow', first });

    const { outcome } = await bench.perform();

    expect(outcome.kind).toBe('finished');
    expect(results).toMatchObject([{ isError: false }]);
  });

  test('deny: the hook refuses, the model hears why, and the job goes on', async (context) => {
    const { first, results } = begin(bash);
    const program = needRealClaude(newest, context);
    await using bench = await openBench({ program, permission: 'deny', first });

    const { outcome } = await bench.perform();

    expect(outcome.kind).toBe('finished');
    expect(results[0]?.text).toContain('may not use tools that need a permission');
  });
});

test('a permission may be given for the rest of the conversation', async (context) => {
  const program = needRealClaude(newest, context);
  const page = { name: 'WebFetch', input: { url: 'http://127.0.0.1:9/', prompt: 'p' } };
  const first = ({ toolResults }: Turn): Reply | undefined =>
    toolResults.length < 2 ? { kind: 'tool', ...page } : undefined;
  await using bench = await openBench({ program, first });

  const { agent } = await bench.begin();
  const dialog = await asks(agent, bench);
  const choice = dialog.choices.findIndex((text) => text.includes('do not ask for this again'));
  await agent.answer({ kind: 'choice', choice }, dialog, bench.signal);

  expect((await agent.untilDone(bench.signal)).kind).toBe('finished');
  const events = await readdir(bench.request.exchange.eventsDir);
  expect(events.filter((file) => file.includes('PermissionRequest'))).toHaveLength(1);
  expect(existsSync(join(bench.request.directory, '.claude'))).toBe(false);
});

test('nobody writes his own permission', async (context) => {
  const program = needRealClaude(newest, context);
  let targets: readonly string[] = [];
  const { first, results } = begin();
  const write = (turn: Turn): Reply | undefined => {
    const calls = targets.map((file_path) => {
      return { name: 'Write', input: { file_path, content: 'x' } };
    });
    return turn.toolResults.length === 0 ? { kind: 'tools', calls } : first(turn);
  };
  await using bench = await openBench({ program, permission: 'allow', first: write });
  const { dir } = bench.request.exchange;
  targets = ['events/x.json', 'agent/claude-settings.json', 'replies/x'].map((name) =>
    join(dir, name),
  );

  const { agent } = await bench.begin();
  await agent.untilDone(bench.signal);

  expect(results.map(({ isError }) => isError)).toEqual([true, true, true]);
  expect(existsSync(join(dir, 'events', 'x.json'))).toBe(false);
});
