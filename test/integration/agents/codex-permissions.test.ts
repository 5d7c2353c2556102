import { readlinkSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseRule } from '../../../src/agents/policy.ts';
import { isAwaited } from '../../../src/agents/replies.ts';
import { type ResponsesReply, shell } from '../../support/responses-api.ts';
import { asks, beginWith, openLab } from './codex-lab.ts';

/** Tells whether it runs in the sandbox, which sees the disk in a way of its own. */
const where = 'readlink /proc/self/ns/mnt';
const ours = readlinkSync('/proc/self/ns/mnt');
const inside = shell(where);
const outside = shell(where, {
  sandbox_permissions: 'require_escalated',
  justification: 'Shall I?',
});

function patch(...paths: readonly string[]): ResponsesReply {
  const files = paths.flatMap((path) => [`*** Add File: ${path}`, '+hello']);
  const input = ['*** Begin Patch', ...files, '*** End Patch'].join('\n');
  return { kind: 'tool', name: 'apply_patch', input: { input } };
}

test('nobody is asked about what the sandbox allows', async (context) => {
  const policy = { otherwise: 'ask', rules: [] } as const;
  await using lab = await openLab(context, { policy, first: beginWith(inside) });

  const { outcome } = await lab.perform();

  expect(outcome.kind).toBe('finished');
  expect(lab.heard[0]).toContain('mnt:');
  expect(lab.heard[0]).not.toContain(ours);
});

describe('to leave the sandbox', () => {
  test.for([
    ['allow', ours],
    ['deny', 'This job may do nothing that needs a permission'],
  ] as const)(
    'a policy that says %s to all decides at once',
    async ([otherwise, told], context) => {
      const policy = { otherwise, rules: [] };
      await using lab = await openLab(context, { policy, first: beginWith(outside) });

      const { outcome } = await lab.perform();

      expect(outcome.kind).toBe('finished');
      expect(lab.heard[0]).toContain(told);
    },
  );

  test.for([
    [{ kind: 'allow' }, ours],
    [{ kind: 'choice', choice: 0 }, ours],
    [{ kind: 'deny', message: 'Not on a Sunday.' }, 'Not on a Sunday.'],
    [{ kind: 'choice', choice: 1 }, 'You may not do that'],
  ] as const)('a person is asked, and may say %j', async ([answer, told], context) => {
    const policy = { otherwise: 'ask', rules: [] } as const;
    await using lab = await openLab(context, { policy, first: beginWith(outside) });
    const { agent } = await lab.begin();

    const dialog = await asks(agent, lab);
    const screen = await agent.screen(lab.signal);
    await agent.answer(answer, dialog, lab.signal);

    expect(dialog).toMatchObject({ kind: 'permission', question: `Bash: ${where}` });
    expect(screen.join('\n')).not.toContain('Would you like');
    expect((await agent.untilDone(lab.signal)).kind).toBe('finished');
    expect(lab.heard[0]).toContain(told);
    await expect(agent.answer({ kind: 'allow' }, dialog, lab.signal)).rejects.toMatchObject({
      code: 'agent.no-such-question',
    });
  });

  test('a rule decides for the command that it fits', async (context) => {
    const rules = [parseRule('allow', 'Bash(readlink *)')];
    const policy = { otherwise: 'deny', rules } as const;
    await using lab = await openLab(context, { policy, first: beginWith(outside) });
    const { agent } = await lab.begin();
    const steps: string[] = [];

    const outcome = await agent.untilDone(lab.signal, (step) => steps.push(step.detail));

    expect(outcome.kind).toBe('finished');
    expect(lab.heard[0]).toContain(ours);
    expect(steps).toEqual([`allow Bash: ${where}`]);
  });

  test('a patch asks for the file that it is to write', async (context) => {
    const path = '/a-file-of-somebody-else';
    const policy = { otherwise: 'ask', rules: [] } as const;
    await using lab = await openLab(context, { policy, first: beginWith(patch(path)) });
    const { agent } = await lab.begin();

    const dialog = await asks(agent, lab);
    await agent.answer({ kind: 'deny' }, dialog, lab.signal);

    expect((await agent.untilDone(lab.signal)).kind).toBe('finished');
    expect(dialog.tool).toEqual({ name: 'apply_patch', subject: path, kind: 'path' });
    expect(lab.heard[0]).toContain('You may not do that');
  });

  test('is asked about on the screen when the hook is gone, and answered by keys', async (context) => {
    const policy = { otherwise: 'ask', rules: [] } as const;
    await using lab = await openLab(context, { policy, first: beginWith(outside) });
    const { agent, request } = await lab.begin();
    const { reply = '' } = await asks(agent, lab);

    const [, pid = ''] = /^\d+-(?<pid>\d+)-/.exec(reply) ?? [];
    process.kill(Number(pid), 'SIGKILL');
    await expect
      .poll(() => agent.state, { timeout: 10_000 })
      .toMatchObject({ kind: 'asking', evidence: { source: 'screen' } });
    const { state } = agent;
    const dialog = state.kind === 'asking' ? state.dialog : expect.fail(state.kind);
    await agent.answer({ kind: 'allow' }, dialog, lab.signal);

    expect(dialog.question).toBe(`$ ${where}`);
    expect((await agent.untilDone(lab.signal)).kind).toBe('finished');
    expect(lab.heard[0]).toContain(ours);
    expect(await readFile(request.exchange.outputPath, 'utf8')).toContain('hello from the test');
  });
});

describe('rules that forbid or ask hold inside of the sandbox, too', () => {
  const rules = [parseRule('deny', 'Bash(* rm *)'), parseRule('ask', 'Bash(readlink *)')];
  const policy = { otherwise: 'allow', rules } as const;

  test('one that denies', async (context) => {
    const first = beginWith(shell('true; rm -rf precious'));
    const denial = [parseRule('deny', 'Bash(rm *)')];
    await using lab = await openLab(context, { policy: { ...policy, rules: denial }, first });

    const { outcome } = await lab.perform();

    expect(outcome.kind).toBe('finished');
    expect(lab.heard[0]).toContain('A rule of this job forbids it');
  });

  test('one that asks', async (context) => {
    await using lab = await openLab(context, { policy, first: beginWith(inside) });
    const { agent } = await lab.begin();

    const dialog = await asks(agent, lab);
    await agent.answer({ kind: 'allow' }, dialog, lab.signal);

    expect(dialog.question).toBe(`Bash: ${where}`);
    expect((await agent.untilDone(lab.signal)).kind).toBe('finished');
    expect(lab.heard[0]).not.toContain(ours);
  });

  test('a hook that is let go without an answer lets nothing pass', async (context) => {
    await using lab = await openLab(context, { policy, first: beginWith(inside) });
    const { agent } = await lab.begin();
    const { reply = '' } = await asks(agent, lab);

    const [, pid = ''] = /^\d+-(?<pid>\d+)-/.exec(reply) ?? [];
    process.kill(Number(pid), 'SIGKILL');

    expect((await agent.untilDone(lab.signal)).kind).toBe('finished');
    expect(lab.heard[0]).toContain('The rules of this job could not be asked about it');
  });

  test('a file of a patch that is denied denies the whole', async (context) => {
    const denial = [parseRule('deny', 'apply_patch(*/secret/*)')];
    const first = beginWith(patch('fine.txt', 'secret/plan.txt'));
    await using lab = await openLab(context, {
      policy: { otherwise: 'allow', rules: denial },
      first,
    });

    const { agent, request } = await lab.begin();
    const outcome = await agent.untilDone(lab.signal);

    expect(outcome.kind).toBe('finished');
    expect(lab.heard[0]).toContain('A rule of this job forbids it');
    expect(await readdir(request.directory)).not.toContain('fine.txt');
  });
});

test('what we believe and obey is not for commands to write', async (context) => {
  const rules = [parseRule('deny', 'Bash(rm *)')];
  const first = beginWith(
    shell(
      'cd "$TMUX_BUILDER_EVENTS/.." && for one in events replies agent; do echo x >"$one/forged" && echo "forged $one"; done; : >agent/policy.json || echo still there',
    ),
  );
  await using lab = await openLab(context, { policy: { otherwise: 'allow', rules }, first });
  const { agent, request } = await lab.begin();

  const outcome = await agent.untilDone(lab.signal);

  expect(outcome.kind).toBe('finished');
  expect(lab.heard[0]).toContain('still there');
  expect(lab.heard[0]).not.toContain('forged ');
  expect(await readFile(join(request.homeDir, 'agent', 'policy.json'), 'utf8')).toContain('rm *');
});

test.for([
  ['to leave the sandbox', [], outside],
  ['to use a tool at all', [parseRule('ask', 'Bash(readlink *)')], inside],
] as const)('an agent that asks %s is interrupted, too', async ([, rules, reply], context) => {
  const policy = { otherwise: 'ask', rules } as const;
  await using lab = await openLab(context, { policy, first: beginWith(reply) });
  const { agent, request } = await lab.begin();
  const dialog = await asks(agent, lab);
  const isOpen = async (): Promise<boolean> =>
    await isAwaited(request.homeDir, dialog.reply ?? expect.fail('not through a hook'));
  expect(await isOpen()).toBe(true);

  await agent.interrupt(lab.signal);

  expect((await agent.screen(lab.signal)).join('\n')).toContain('Conversation interrupted');
  await expect.poll(isOpen, { timeout: 10_000 }).toBe(false);
});
