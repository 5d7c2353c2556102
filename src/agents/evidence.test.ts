import {
  array,
  assert,
  boolean,
  constant,
  constantFrom,
  integer,
  property,
  shuffledSubarray,
  tuple,
} from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Meaning, ScreenReading } from './adapter.ts';
import {
  believe,
  conclude,
  idleEnd,
  type Knowledge,
  learn,
  nothingKnown,
  type Sighting,
} from './evidence.ts';

const nothing: Knowledge = { startedAt: 0 };

function know(...sightings: readonly Sighting[]): Knowledge {
  return sightings.reduce(learn, nothing);
}

function hook(at: number, meaning: Meaning, isOurs = true): Sighting {
  const name = meaning.kind;
  return { source: 'hook', at, event: { file: `${at}-${name}`, name, meaning, isOurs } };
}

function screen(at: number, kind: 'ready' | 'busy' | 'unknown'): Sighting {
  const reading: ScreenReading =
    kind === 'unknown' ? { kind, detail: 'odd' } : { kind, detail: kind, composer: '' };
  return { source: 'screen', at, reading };
}

const submitted = hook(10, { kind: 'prompt-submitted', text: 'nonce' });
const turnEnded = hook(20, { kind: 'turn-ended', backgroundTasks: 0 });
const exited: Sighting = { source: 'exit', at: 30, exit: { kind: 'status', status: 0 } };

describe('believe', () => {
  test('calls an agent that was only started starting', () => {
    expect(believe(nothing).kind).toBe('starting');
  });

  test('never calls a screen that nobody recognises ready, whatever the status file says', () => {
    const status: Sighting = {
      source: 'status-file',
      at: 9_000,
      reading: { kind: 'ready', detail: 'idle' },
    };
    expect(believe(know(status, screen(1, 'unknown'), screen(9_000, 'unknown'))).kind).toBe(
      'unknown',
    );
  });

  test('trusts a hook more than a screen that was drawn a moment later', () => {
    expect(believe(know(submitted, screen(11, 'ready'), screen(500, 'ready'))).kind).toBe('busy');
  });

  test('follows a screen that contradicts a hook for two seconds', () => {
    const state = believe(know(submitted, screen(11, 'ready'), screen(2_011, 'ready')));
    expect(state).toMatchObject({ kind: 'ready', evidence: { source: 'screen', at: 11 } });
  });

  test('calls the agent busy while its background tasks run', () => {
    const waiting = hook(20, { kind: 'turn-ended', backgroundTasks: 2 });
    expect(believe(know(submitted, waiting)).kind).toBe('busy');
  });

  test('does not take the start of a session for readiness', () => {
    expect(believe(know(hook(1, { kind: 'session-started' }))).kind).toBe('starting');
  });
});

describe('conclude', () => {
  test('finishes on the end of the turn that followed our prompt', () => {
    expect(conclude(know(submitted, turnEnded), 'turn')).toMatchObject({ kind: 'finished' });
  });

  test('does not take the end of an earlier turn for ours', () => {
    const earlier = hook(5, { kind: 'turn-ended', backgroundTasks: 0 });
    expect(conclude(know(earlier, submitted), 'turn')).toBeUndefined();
  });

  test('does not take a turn that somebody else asked for as ours', () => {
    const other = hook(10, { kind: 'prompt-submitted', text: 'hi' }, false);
    expect(conclude(know(other, turnEnded), 'turn')).toBeUndefined();
    expect(conclude(know(other, submitted, turnEnded), 'turn')).toBeDefined();
  });

  test('does not take the end of what a persistent agent did before our prompt for ours', () => {
    const shared = nothingKnown(0, 'persistent');
    expect(conclude([turnEnded].reduce(learn, shared), 'turn')).toBeUndefined();
    expect(conclude([submitted, turnEnded].reduce(learn, shared), 'turn')).toMatchObject({
      kind: 'finished',
    });
  });

  test('does not take the end of somebody else’s turn for ours while the answer is missing', () => {
    const theirs = hook(15, { kind: 'prompt-submitted', text: 'go on' }, false);
    const known = know(submitted, theirs, turnEnded);
    expect(conclude(known, 'turn')).toBeUndefined();
    expect(conclude(learn(known, { source: 'output', at: 19 }), 'turn')?.kind).toBe('finished');
    const idle = [screen(21, 'ready'), screen(5_021, 'ready')].reduce(learn, known);
    expect(idleEnd(idle, 0)).toMatchObject({ source: 'screen' });
  });

  test('waits for background tasks, however long the screen idles', () => {
    const waiting = hook(20, { kind: 'turn-ended', backgroundTasks: 1 });
    const known = know(
      submitted,
      waiting,
      { source: 'output', at: 21 },
      screen(22, 'ready'),
      screen(60_000, 'ready'),
    );
    expect(conclude(known, 'turn')).toBeUndefined();
  });

  test('reports a failed turn as it was classed', () => {
    const failed = hook(20, { kind: 'failed', failure: 'permanent', message: 'refused' });
    expect(conclude(know(submitted, failed), 'turn')).toMatchObject({
      kind: 'failed',
      failure: 'permanent',
      message: 'refused',
    });
  });

  test('finishes without a hook once the output is there and the agent idles for two seconds', () => {
    const known = know({ source: 'output', at: 20 }, screen(21, 'ready'), screen(2_020, 'ready'));
    expect(conclude(known, 'turn')).toBeUndefined();
    expect(conclude(learn(known, screen(2_021, 'ready')), 'turn')).toMatchObject({
      kind: 'finished',
      evidence: { source: 'output' },
    });
  });

  test('takes exit status 0 for done only where the exit is the end or the output is there', () => {
    expect(conclude(know(exited), 'exit')).toMatchObject({ kind: 'finished' });
    expect(conclude(know(exited), 'turn')).toMatchObject({ kind: 'exited' });
    expect(conclude(know({ source: 'output', at: 1 }, exited), 'turn')).toMatchObject({
      kind: 'finished',
    });
  });

  test('never takes a missing status for success', () => {
    const unknown: Sighting = { source: 'exit', at: 30, exit: { kind: 'unknown' } };
    expect(conclude(know(unknown), 'exit')).toEqual({ kind: 'exited', exit: { kind: 'unknown' } });
  });
});

const at = integer({ min: 0, max: 10_000 });
const meaning = constantFrom<Meaning>(
  { kind: 'session-started' },
  { kind: 'prompt-submitted', text: undefined },
  { kind: 'working' },
  { kind: 'asking', dialog: { kind: 'permission', question: 'q', choices: [] } },
  { kind: 'turn-ended', backgroundTasks: 0 },
  { kind: 'turn-ended', backgroundTasks: 1 },
  { kind: 'failed', failure: 'transient', message: 'm' },
  { kind: 'session-ended' },
);
const hooks = array(tuple(at, meaning, boolean()), { maxLength: 12 })
  .map((all) => all.map(([time, one, isOurs]) => hook(time, one, isOurs)))
  .filter((all) => {
    const files = all.map((one) => (one.source === 'hook' ? one.event.file : ''));
    return new Set(files).size === files.length;
  });
const screens = array(constantFrom<'ready' | 'busy' | 'unknown'>('ready', 'busy', 'unknown'), {
  maxLength: 8,
});

test('believes the same whatever the order in which hook events are read', () => {
  assert(
    property(
      hooks.chain((all) =>
        tuple(constant(all), shuffledSubarray([...all], { minLength: all.length })),
      ),
      screens,
      ([inOrder, shuffled], drawn) => {
        const seen = drawn.map((kind, index) => screen(index * 1_000, kind));
        const one = know(...inOrder, ...seen);
        const other = know(...seen, ...shuffled);
        expect(believe(other)).toEqual(believe(one));
        expect(conclude(other, 'turn')).toEqual(conclude(one, 'turn'));
      },
    ),
  );
});

test('never leaves exited, and is ready only on a screen that says so', () => {
  assert(
    property(hooks, screens, boolean(), (events, drawn, isExited) => {
      const seen = drawn.map((kind, index) => screen(index * 1_000, kind));
      const all = isExited ? [exited, ...events, ...seen] : [...events, ...seen];
      const { kind } = believe(know(...all));
      expect(kind === 'exited').toBe(isExited);
      expect(kind !== 'ready' || drawn.at(-1) === 'ready').toBe(true);
    }),
  );
});

describe('questions whose hooks wait', () => {
  const asked = (at: number, reply: string, more: object = {}): Sighting => {
    const dialog = { kind: 'permission', question: `question ${reply}`, choices: [], reply };
    return hook(at, { kind: 'asking', dialog, call: `call ${reply}`, ...more });
  };
  const working = (at: number, reply?: string): Sighting =>
    hook(at, { kind: 'working', ...(reply !== undefined && { call: `call ${reply}` }) });
  const closed = (at: number, ...replies: readonly string[]): Sighting => {
    return { source: 'reply', at, closed: replies };
  };
  const question = (known: Knowledge): string | undefined => {
    const state = believe(known);
    return state.kind === 'asking' ? state.dialog.reply : undefined;
  };

  test('stay open while other work goes on, the oldest first', () => {
    expect(question(know(submitted, asked(20, 'a'), asked(21, 'b'), working(30)))).toBe('a');
    expect(question(know(asked(20, 'a'), asked(21, 'b'), closed(30, 'a')))).toBe('b');
  });

  test('end with the answer, the call itself, or the turn', () => {
    const both = [submitted, asked(12, 'a'), asked(13, 'b')];
    expect(believe(know(...both, closed(30, 'a', 'b'))).kind).toBe('busy');
    expect(believe(know(...both, working(30, 'a'), working(31, 'b'))).kind).toBe('busy');
    expect(believe(know(...both, turnEnded)).kind).toBe('finishing');
  });

  test('of what runs in the background outlive the turn', () => {
    const going = hook(20, { kind: 'turn-ended', backgroundTasks: 1 });
    expect(question(know(submitted, asked(12, 'a'), going))).toBe('a');
  });

  test('that no screen shows are contradicted by none', () => {
    const idle = [screen(13, 'ready'), screen(9_000, 'ready')];
    expect(question(know(submitted, asked(12, 'a', { isHidden: true }), ...idle))).toBe('a');
    expect(believe(know(submitted, asked(12, 'a'), ...idle)).kind).toBe('ready');
  });

  test('are no idleness', () => {
    const idle = [screen(13, 'ready'), screen(60_000, 'ready')];
    expect(idleEnd(know(submitted, ...idle), 0)).toBeDefined();
    expect(
      idleEnd(know(submitted, asked(12, 'a', { isHidden: true }), ...idle), 0),
    ).toBeUndefined();
  });

  test('that the policy decides are asked of nobody', () => {
    const decided = asked(12, 'a');
    const event = decided.source === 'hook' && { ...decided.event, decision: 'allow' as const };
    const known =
      event === false ? nothing : know(submitted, { ...decided, source: 'hook', event });
    expect(believe(known).kind).toBe('busy');
    expect(known.questions).toHaveLength(1);
  });
});
