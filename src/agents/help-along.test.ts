import { expect, test } from 'vitest';
import { StubObserver } from '../../test/support/stub-observer.ts';
import { FakeClock } from '../base/index.ts';
import { demoAdapter } from './demo/demo-adapter.ts';
import type { AgentOutcome, AgentRequest } from './agent.ts';
import type { Knowledge } from './evidence.ts';
import { HelpAlong } from './help-along.ts';

const never = new AbortController().signal;
const STALL_MS = 600_000;

interface World {
  /** `1` for each control client that is attached, `0` for each terminal. */
  readonly clients?: string[];
  /** It does not hear its interrupt key. */
  readonly isDeaf?: boolean;
}

/** An agent at work, its tmux, and what was done to it. */
function open({ clients = ['1'], isDeaf = false }: World = {}) {
  const clock = new FakeClock();
  const observer = new StubObserver();
  const done: string[] = [];
  const options = new Map<string, string>();
  const tools = {
    adapter: demoAdapter,
    request: request('nonce-1'),
    observer,
    clock,
    stallMs: STALL_MS,
    server: {
      findOption: async (_scope: unknown, name: string) => options.get(name),
      setOption: async ({ name, value }: { name: string; value: string }) =>
        void options.set(name, value),
      command: async () => clients,
    },
    pane: {
      id: '%0' as const,
      paste: async (text: string) => {
        done.push(`paste ${text.split('.')[0]}`);
        observer.showPrompt(text);
      },
      pressKeys: async (keys: readonly string[]) => {
        done.push(keys.join(' '));
        if (keys.includes('Escape') && !isDeaf) observer.showPrompt();
        if (keys.includes('Enter')) observer.showBusy();
      },
    },
  };
  const help = new HelpAlong(tools, ({ kind }) => void done.push(kind));
  /** Give what help is due, if any. */
  const act = async (): Promise<AgentOutcome | undefined | 'nothing due'> => {
    const trouble = help.due();
    if (trouble === undefined) return 'nothing due';
    return await help.give(trouble, never);
  };
  return { clock, observer, options, done, act };
}

function request(nonce: string): AgentRequest {
  const exchange = {
    dir: '/x',
    promptPath: '/x/prompt.md',
    outputPath: `/x/output-${nonce}.md`,
    eventsDir: '/x/events',
    since: 0,
    nonce,
    instruction: 'Read the file /x/prompt.md',
  };
  return {
    adapter: 'demo',
    exchange,
    mode: 'one-shot',
    homeDir: '/x',
    exchangeDirs: [],
    directory: '/x',
    isDirectoryOurs: true,
    environment: {},
    socketPath: '/x/s',
    runId: 'run',
    conversationId: 'c',
    resume: undefined,
    model: undefined,
    policy: { otherwise: 'ask', rules: [] },
    command: undefined,
  };
}

/** Our prompt arrived at `at`, and the screen has shown the prompt from `since` to `seen`. */
function idle(at: number, since: number, seen: number): Knowledge {
  const meaning = { kind: 'prompt-submitted', text: undefined } as const;
  const submitted = { file: '1', name: 'UserPromptSubmit', meaning, isOurs: true, at };
  const screen = {
    kind: 'ready',
    detail: 'the prompt',
    dialog: undefined,
    failure: undefined,
    since,
    seen,
  } as const;
  return { startedAt: 0, submitted, hook: submitted, screen };
}

test('leaves a busy agent alone until it has shown no sign of work for the limit', async () => {
  const { clock, observer, act } = open();
  observer.showBusy();
  await clock.advance(STALL_MS - 1);
  expect(await act()).toBe('nothing due');
  observer.show({ progressAt: clock.monotonic() });
  await clock.advance(STALL_MS - 1);
  expect(await act()).toBe('nothing due');
});

test('interrupts the turn of an agent that stalls, and reminds it of its answer', async () => {
  const { clock, observer, done, act } = open();
  observer.showBusy();
  await clock.advance(STALL_MS);

  expect(await act()).toBeUndefined();
  expect(done).toEqual([
    'stalled',
    'Escape',
    'interrupted',
    'paste Your answer is missing',
    'Enter',
    'nudged',
  ]);
});

test('gives an agent up that stalls once more after it was reminded', async () => {
  const { clock, observer, done, act } = open();
  observer.showBusy();
  await clock.advance(STALL_MS);
  await act();
  done.length = 0;
  await clock.advance(STALL_MS);

  await expect(act()).rejects.toMatchObject({ code: 'agent.stalled' });
  expect(done).toEqual(['stalled']);
});

test('gives an agent up that does not hear its interrupt key', async () => {
  const { clock, observer, done, act } = open({ isDeaf: true });
  observer.showBusy();
  await clock.advance(STALL_MS);
  const given = act();
  given.catch(() => {});
  // Each press is given 3 s.
  for (let press = 0; press < 4; press += 1) await clock.advance(3_000);

  await expect(given).rejects.toMatchObject({ code: 'agent.stalled' });
  expect(done).toEqual(['stalled', 'Escape', 'Escape', 'Escape']);
});

test('reminds an agent once that stands at its prompt without an answer, then takes no for an answer', async () => {
  const { clock, observer, done, act } = open();
  observer.showPrompt();
  observer.show({ knowledge: idle(1_000, 2_000, 6_999) });
  expect(await act()).toBe('nothing due');
  observer.show({ knowledge: idle(1_000, 2_000, 7_000) });
  expect(await act()).toBeUndefined();
  expect(done).toEqual(['paste Your answer is missing', 'Enter', 'nudged']);

  observer.showPrompt();
  await clock.advance(5_000);
  const now = clock.now();
  observer.show({ knowledge: idle(1_000, 2_000, now - 1) });
  expect(await act()).toBe('nothing due');
  observer.show({ knowledge: idle(1_000, 2_000, now) });
  expect(await act()).toMatchObject({ kind: 'finished' });
  expect(done).toHaveLength(3);
});

test('does not remind an agent in whose composer somebody types', async () => {
  const { observer, done, act } = open();
  observer.showPrompt('now do');
  observer.show({ knowledge: idle(1_000, 2_000, 7_000) });
  expect(await act()).toBeUndefined();
  expect(done).toEqual([]);
});

test.each([
  ['somebody is attached', { clients: ['1', '0'] }, undefined],
  ['a person interrupted it', { clients: ['1'] }, 'nonce-1'],
])('leaves it alone when %s', async (_why, world, interrupted) => {
  const { clock, observer, options, done, act } = open(world);
  if (interrupted !== undefined) options.set('@tmux-builder-interrupted', interrupted);
  observer.showBusy();
  await clock.advance(STALL_MS);
  expect(await act()).toBeUndefined();
  observer.showPrompt();
  observer.show({ knowledge: idle(1_000, 2_000, 7_000) });
  await clock.advance(5_000);
  expect(await act()).toBeUndefined();
  expect(done).toEqual([]);
});

test('helps although an earlier exchange of this agent was interrupted by a person', async () => {
  const { clock, observer, options, done, act } = open();
  options.set('@tmux-builder-interrupted', 'nonce-0');
  observer.showBusy();
  await clock.advance(STALL_MS);
  expect(await act()).toBeUndefined();
  expect(done.at(-1)).toBe('nudged');
});
