import {
  type Arbitrary,
  array,
  assert,
  boolean,
  constantFrom,
  integer,
  oneof,
  property,
  tuple,
} from 'fast-check';
import { expect, test } from 'vitest';
import type { Meaning, ScreenReading } from './adapter.ts';
import { believe, type Knowledge, learn, nothingKnown, type Sighting } from './evidence.ts';
import { explain } from './explain.ts';

const dialog = { kind: 'permission', question: 'Bash: make', choices: ['Yes', 'No'] };

const meanings: readonly Meaning[] = [
  { kind: 'session-started' },
  { kind: 'prompt-submitted', text: 'nonce' },
  { kind: 'working', call: 'a' },
  { kind: 'asking', dialog },
  { kind: 'asking', dialog: { ...dialog, reply: 'r' }, call: 'a', isHidden: true },
  { kind: 'turn-ended', backgroundTasks: 0 },
  { kind: 'turn-ended', backgroundTasks: 2 },
  { kind: 'failed', failure: 'transient', message: 'no' },
  { kind: 'session-ended' },
];

const atPrompt: ScreenReading = { kind: 'ready', detail: 'the composer', composer: '' };
const odd: ScreenReading = { kind: 'unknown', detail: 'odd' };
const readings: readonly ScreenReading[] = [
  atPrompt,
  odd,
  { kind: 'busy', detail: 'the spinner', composer: '' },
  { kind: 'asking', detail: 'a dialog', dialog, keys: [['1'], ['2']], automatic: undefined },
];

function hook(at: number, meaning: Meaning, isOurs = true): Sighting {
  const name = meaning.kind;
  return { source: 'hook', at, event: { file: `${at}-${name}`, name, meaning, isOurs } };
}

const at = integer({ min: 1, max: 8_000 });
const kind = constantFrom('ready' as const, 'busy' as const, 'asking' as const);
const zero = { kind: 'status', status: 0 } as const;

const sighting: Arbitrary<Sighting> = oneof(
  tuple(at, constantFrom(...meanings), boolean()).map(([when, meaning, isOurs]) =>
    hook(when, meaning, isOurs),
  ),
  tuple(at, constantFrom(...readings)).map(([when, reading]): Sighting => {
    return { source: 'screen', at: when, reading };
  }),
  tuple(at, kind).map(([when, which]): Sighting => {
    return { source: 'status-file', at: when, reading: { kind: which, detail: which } };
  }),
  at.map((when): Sighting => ({ source: 'output', at: when })),
  at.map((when): Sighting => ({ source: 'exit', at: when, exit: zero })),
  at.map((when): Sighting => ({ source: 'lost', at: when, detail: 'gone' })),
);

const knowledge: Arbitrary<Knowledge> = tuple(
  array(sighting, { maxLength: 12 }),
  constantFrom('one-shot' as const, 'persistent' as const),
).map(([sightings, mode]) =>
  sightings.toSorted((a, b) => a.at - b.at).reduce(learn, nothingKnown(0, mode)),
);

test('exactly one piece of evidence decides, and it is the one that is believed', () => {
  assert(
    property(knowledge, (known) => {
      const { state, evidence } = explain(known);
      const decisive = evidence.filter(({ outranked }) => outranked === undefined);
      expect(state).toEqual(believe(known));
      expect(decisive.map((one) => [one.evidence, one.speaksFor])).toEqual([
        [state.evidence, state.kind],
      ]);
    }),
    { numRuns: 2_000 },
  );
});

test('every source that was seen is among the evidence, from the strongest to the weakest', () => {
  const known = [
    hook(10, { kind: 'prompt-submitted', text: 'nonce' }),
    hook(20, { kind: 'working' }),
    { source: 'output', at: 30 } as const,
    { source: 'status-file', at: 40, reading: { kind: 'busy', detail: 'busy' } } as const,
    { source: 'screen', at: 50, reading: atPrompt } as const,
  ].reduce(learn, nothingKnown(0, 'one-shot'));
  expect(
    explain(known).evidence.map((one) => [one.evidence.source, one.speaksFor, one.outranked]),
  ).toEqual([
    ['hook', 'busy', undefined],
    ['status-file', 'busy', 'agrees with hook: working hook'],
    ['screen', 'ready', 'outranked by hook: working hook'],
    ['hook', undefined, 'says nothing of the state by itself'],
    ['output', undefined, 'says nothing of the state by itself'],
    ['start', 'starting', 'outranked by hook: working hook'],
  ]);
});

test('says why a stronger piece did not decide', () => {
  const ready = { source: 'screen', at: 3_000, reading: atPrompt } as const;
  const contradicted = [hook(10, { kind: 'working' }), { ...ready, at: 20 }, ready].reduce(
    learn,
    nothingKnown(0, 'one-shot'),
  );
  expect(explain(contradicted).evidence[0]?.outranked).toBe(
    'contradicted for too long by weaker evidence',
  );

  const status = {
    source: 'status-file',
    at: 5,
    reading: { kind: 'ready', detail: 'idle' },
  } as const;
  const unseen = [status, { source: 'screen', at: 9, reading: odd } as const].reduce(
    learn,
    nothingKnown(0, 'one-shot'),
  );
  expect(explain(unseen).evidence[0]?.outranked).toBe(
    'only the screen shows that text can be taken',
  );
});
