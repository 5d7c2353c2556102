import { execFile } from 'node:child_process';
import { mkdir, readFile, readlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { type Agent, AgentBlockedError, type Dialog } from '../../../src/agents/index.ts';
import { exists } from '../../../src/base/index.ts';
import type { Turn } from '../../support/model-api.ts';
import { type ResponsesReply, responsesUsage, shell } from '../../support/responses-api.ts';
import { beginWith, type Lab, openLab, type Wanted } from './codex-lab.ts';

const run = promisify(execFile);

/** A project of somebody else's that wants a command run at the end of every turn. */
async function foreignProject(lab: Lab): Promise<string> {
  const directory = join(lab.bench.dir, 'foreign');
  await mkdir(join(directory, '.codex'), { recursive: true });
  await run('git', ['init', '-q', directory]);
  const command = `touch '${join(directory, 'was-run')}'`;
  const hook = `[[hooks.Stop]]\n[[hooks.Stop.hooks]]\ntype = "command"\ncommand = "${command}"\n`;
  await writeFile(join(directory, '.codex', 'config.toml'), hook);
  return directory;
}

function dialogOf({ state }: Agent): Dialog | undefined {
  return state.kind === 'asking' ? state.dialog : undefined;
}

async function refusal(lab: Lab, more: Wanted): Promise<unknown> {
  return await lab.begin(more).then(
    () => 'began',
    (thrown: unknown) => thrown,
  );
}

test('does a job in a directory of ours, asked exactly once', async (context) => {
  await using lab = await openLab(context);

  const { agent, request } = await lab.begin();
  const outcome = await agent.untilDone(lab.signal);

  expect(outcome).toMatchObject({ kind: 'finished', evidence: { detail: 'Stop hook' } });
  expect(await readFile(request.exchange.outputPath, 'utf8')).toContain('hello from the test');
  expect(lab.api.prompts).toEqual([request.exchange.instruction]);
  const { input, cached, cacheWrite, output } = responsesUsage;
  expect(await agent.usage(lab.signal)).toMatchObject({
    models: [{ model: 'gpt-6.1-sol' }],
    inputTokens: 3 * (input - cached - cacheWrite),
    outputTokens: 3 * output,
    cacheReadTokens: 3 * cached,
    cacheWriteTokens: 3 * cacheWrite,
  });
});

test('counts what a subagent uses', async (context) => {
  const first = ({ prompt, toolResults }: Turn): ResponsesReply | undefined => {
    // What a subagent is to do comes in no message of a user.
    if (prompt === '') return { kind: 'text', text: 'Something.' };
    if (toolResults.length > 0) return undefined;
    const input = { task_name: 'talk', message: 'Say something.', fork_turns: 'none' };
    return { kind: 'tool', name: 'spawn_agent', namespace: 'collaboration', input };
  };
  await using lab = await openLab(context, { first });
  const { agent } = await lab.begin();

  const outcome = await agent.untilDone(lab.signal);

  expect(outcome).toMatchObject({ kind: 'finished', evidence: { detail: 'Stop hook' } });
  await expect
    .poll(async () => (await agent.usage(lab.signal))?.outputTokens, { timeout: 10_000 })
    .toBe(5 * responsesUsage.output);
});

describe('what a person has', () => {
  test('stays as it is, and none of it is ours', async (context) => {
    await using lab = await openLab(context, { config: '# mine\n' });
    const path = join(lab.home, '.codex', 'config.toml');

    const { outcome } = await lab.perform();

    expect(outcome.kind).toBe('finished');
    const config = await readFile(path, 'utf8');
    expect(config).toContain('# mine');
    expect(config).not.toMatch(/hooks|projects|permissions|tmux-builder/);
  });

  test('may be a sandbox that is open, and ours is closed all the same', async (context) => {
    const config = '[sandbox_workspace_write]\nnetwork_access = true\n';
    const first = beginWith(shell('readlink /proc/self/ns/mnt'));
    await using lab = await openLab(context, { config, first });
    const path = join(lab.home, '.codex', 'config.toml');
    const mine = await readFile(path, 'utf8');
    await writeFile(
      path,
      `sandbox_mode = "danger-full-access"\napproval_policy = "never"\n${mine}`,
    );

    const { outcome } = await lab.perform();

    expect(outcome.kind).toBe('finished');
    expect(lab.heard[0]).toContain('mnt:');
    // A sandbox sees the disk in a way of its own.
    expect(lab.heard[0]).not.toContain(await readlink('/proc/self/ns/mnt'));
  });
});

describe('a project of somebody else', () => {
  test('is not trusted for a person', async (context) => {
    await using lab = await openLab(context);
    const directory = await foreignProject(lab);

    const error = await refusal(lab, { directory, isDirectoryOurs: false });

    expect(error).toBeInstanceOf(AgentBlockedError);
    expect(error).toMatchObject({ facts: { dialog: 'trust' } });
    expect(lab.api.requestCount).toBe(0);
  });

  test('is worked in once a person trusts it, and not its hooks', async (context) => {
    await using lab = await openLab(context);
    const directory = await foreignProject(lab);
    const policy = { otherwise: 'ask', rules: [] } as const;
    const request = await lab.request({ directory, isDirectoryOurs: false, policy });
    await using agent = await lab.bench.agents.start(request, lab.signal);

    const ready = agent.untilReady(lab.signal, { onDialog: 'wait' });
    for (const choice of ['Trust and continue', 'Continue without trusting']) {
      const isOpen = ({ choices }: Dialog): boolean =>
        choices.some((one) => one.startsWith(choice));
      await expect.poll(() => dialogOf(agent), { timeout: 10_000 }).toSatisfy(isOpen);
      const dialog = dialogOf(agent) ?? expect.fail('it went away');
      const index = dialog.choices.findIndex((one) => one.startsWith(choice));
      await agent.answer({ kind: 'choice', choice: index }, dialog, lab.signal);
    }
    await ready;
    await agent.deliver(lab.signal);

    expect((await agent.untilDone(lab.signal)).kind).toBe('finished');
    expect(lab.api.prompts).toEqual([request.exchange.instruction]);
    expect(await exists(join(directory, 'was-run'))).toBe(false);
  });

  test('has its hooks not trusted beside ours', async (context) => {
    await using lab = await openLab(context);
    const directory = await foreignProject(lab);

    const error = await refusal(lab, { directory, isDirectoryOurs: true });

    expect(error).toMatchObject({ facts: { dialog: 'hooks-review' } });
    expect(await exists(join(directory, 'was-run'))).toBe(false);
  });
});

test('an offer of another model is declined', async (context) => {
  const models = new Set<string>();
  const first = ({ model }: Turn): undefined => void models.add(model);
  await using lab = await openLab(context, { model: 'gpt-5.5', first });

  const { outcome } = await lab.perform();

  expect(outcome.kind).toBe('finished');
  expect([...models]).toEqual(['gpt-5.5']);
});

describe('a turn that fails', () => {
  const inAnHour = (): number => Math.ceil(Date.now() / 60_000) * 60 + 3_600;

  test.for([
    [400, 'permanent', '"the model says no"', {}],
    [401, 'permanent', '401 Unauthorized', {}],
    [429, 'transient', '429 Too Many Requests', {}],
    [
      429,
      'permanent',
      'Quota exceeded',
      { type: 'insufficient_quota', code: 'insufficient_quota' },
    ],
    [500, 'transient', 'high demand', {}],
    [503, 'transient', '503 Service Unavailable', {}],
  ] as const)('with %i is %s: %s', async ([status, failure, said, details], context) => {
    const message = 'the model says no';
    const first = (): ResponsesReply => ({ kind: 'error', status, message, details });
    await using lab = await openLab(context, { first });

    const { outcome } = await lab.perform();

    expect(outcome).toMatchObject({ kind: 'failed', failure, evidence: { source: 'screen' } });
    expect('message' in outcome && outcome.message).toContain(said);
  });

  test('at a usage limit says until when', async (context) => {
    const resets_at = inAnHour();
    const details = { type: 'usage_limit_reached', plan_type: 'plus', resets_at };
    const first = (): ResponsesReply => ({ kind: 'error', status: 429, message: 'no', details });
    await using lab = await openLab(context, { first });

    const { outcome } = await lab.perform();

    expect(outcome).toMatchObject({ kind: 'failed', failure: 'quota', retryAt: resets_at * 1_000 });
  });
});

test('a persistent agent takes one pasted prompt after the other', async (context) => {
  await using lab = await openLab(context);
  const request = await lab.request({ mode: 'persistent' });
  await using agent = await lab.bench.agents.start(request, lab.signal);

  await agent.untilReady(lab.signal);
  const receipt = await agent.deliver(lab.signal);
  const outcome = await agent.untilDone(lab.signal);

  expect(receipt.enters).toBe(1);
  expect(outcome).toMatchObject({ kind: 'finished', evidence: { detail: 'Stop hook' } });
  expect(lab.api.prompts).toEqual([request.exchange.instruction]);
});

test('an interrupted turn leaves it at its empty prompt', async (context) => {
  const never = Promise.withResolvers<undefined>();
  await using lab = await openLab(context, { first: async () => await never.promise });
  const { agent } = await lab.begin();
  await expect.poll(() => lab.api.requestCount, { timeout: 20_000 }).toBe(1);

  await agent.interrupt(lab.signal);

  const screen = (await agent.screen(lab.signal)).join('\n');
  expect(screen).toContain('Conversation interrupted');
  expect(screen).toContain('Ask Codex to do anything');
});

test('a later agent goes on with a conversation that was cut off', async (context) => {
  const isFirst = ({ prompt }: Turn): boolean => prompt === lab.api.prompts[0];
  const never = Promise.withResolvers<undefined>();
  const first = async (turn: Turn): Promise<undefined> =>
    isFirst(turn) && turn.toolResults.length > 0 ? await never.promise : undefined;
  await using lab = await openLab(context, { first });
  const { agent: before, request } = await lab.begin();
  await expect.poll(() => lab.api.requestCount, { timeout: 20_000 }).toBe(2);
  process.kill(before.address.server.pid, 'SIGKILL');
  await lab.bench.agents.clear(request, lab.signal);

  const resume = await lab.bench.agents.findConversation(request, lab.signal);
  const { outcome } = await lab.perform({ resume });

  expect(resume).toMatch(/^[\da-f-]{36}$/);
  expect(outcome.kind).toBe('finished');
  const prompts = lab.api.said.filter((text) => text.startsWith('Read the file'));
  expect(prompts).toEqual(lab.api.prompts);
  expect(prompts).toHaveLength(2);
});

test('a person who has not logged in is told so', async (context) => {
  await using lab = await openLab(context);
  await writeFile(join(lab.home, '.codex', 'config.toml'), '');

  const error = await refusal(lab, {});

  expect(error).toMatchObject({ facts: { dialog: 'login' } });
});
