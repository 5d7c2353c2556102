import type { Meaning, ScreenReading, StatusReading } from './adapter.ts';
import type { AgentExit, AgentOutcome, AgentState, Dialog, Evidence } from './agent.ts';
import { describeExit } from './errors.ts';

/** One thing that was seen of an agent. `at` is wall time in ms. */
export type Sighting = { readonly at: number } & (
  | { readonly source: 'exit'; readonly exit: AgentExit }
  | { readonly source: 'lost'; readonly detail: string }
  | { readonly source: 'hook'; readonly event: HookSighting }
  | { readonly source: 'output' }
  | { readonly source: 'status-file'; readonly reading: StatusReading | undefined }
  | { readonly source: 'screen'; readonly reading: ScreenReading }
);

export interface HookSighting {
  /** Name of the spool's file: decides between events of one millisecond. */
  readonly file: string;
  readonly name: string;
  readonly meaning: Meaning;
  /** A prompt that carries this attempt's nonce. */
  readonly isOurs: boolean;
}

type Hook = HookSighting & { readonly at: number };

/** A reading that stays the same is one sight, from when it was first to when it was last seen. */
interface Sight {
  readonly kind: 'ready' | 'busy' | 'asking' | 'unknown';
  readonly detail: string;
  readonly dialog: Dialog | undefined;
  readonly since: number;
  readonly seen: number;
}

/** All that is known of an agent; grows by `learn` alone. */
export interface Knowledge {
  readonly startedAt: number;
  readonly exit?: { readonly at: number; readonly exit: AgentExit };
  readonly lost?: { readonly at: number; readonly detail: string };
  /** The newest event that says what the agent does. */
  readonly hook?: Hook;
  /** The first event that proves that our instruction arrived. */
  readonly submitted?: Hook;
  /** Somebody else gave a prompt too: what the agent does need not be our work. */
  readonly hasOthers?: true;
  /** The newest end of a turn, good or bad. */
  readonly ended?: Hook;
  readonly outputAt?: number;
  readonly status?: Sight;
  readonly screen?: Sight;
}

/** For how long the screen or the status file must contradict stronger evidence to overrule it. */
export const CONTRADICTION_MS = 2_000;

/** Add a sighting. Hook events may come in any order: each carries the moment it tells of. */
export function learn(known: Knowledge, sighting: Sighting): Knowledge {
  switch (sighting.source) {
    case 'exit':
      return known.exit === undefined ? { ...known, exit: sighting } : known;
    case 'lost':
      return known.lost === undefined ? { ...known, lost: sighting } : known;
    case 'output':
      return known.outputAt === undefined ? { ...known, outputAt: sighting.at } : known;
    case 'hook':
      return learnHook(known, { ...sighting.event, at: sighting.at });
    case 'status-file': {
      const { status: _old, ...rest } = known;
      return sighting.reading === undefined
        ? rest
        : { ...known, status: sight(known.status, sighting.reading, sighting.at) };
    }
    case 'screen':
      return { ...known, screen: sight(known.screen, sighting.reading, sighting.at) };
    default:
      return sighting satisfies never;
  }
}

/**
 * Say what the agent does, by the strongest evidence: exit, hook, output, status file, screen,
 * start. A screen or status file that contradicts something older and stronger for 2 s overrules
 * it (no hook tells of Escape). `ready` needs a screen that says so; `exited` is final.
 */
export function believe(known: Knowledge): AgentState {
  const { exit, lost } = known;
  if (exit !== undefined) {
    const detail = `the process exited ${describeExit(exit.exit)}`;
    return { kind: 'exited', exit: exit.exit, evidence: { source: 'exit', at: exit.at, detail } };
  }
  if (lost !== undefined) {
    return { kind: 'lost', evidence: { source: 'exit', at: lost.at, detail: lost.detail } };
  }
  const [strongest, ...weaker] = claims(known);
  if (strongest === undefined) {
    const evidence = { source: 'start', at: known.startedAt, detail: 'started' } as const;
    return { kind: 'starting', evidence };
  }
  return weaker.reduce((held, claim) => (overrules(claim, held) ? claim : held), strongest).state;
}

/** What came of the work so far, without the screen; undefined while it goes on. */
export function conclude(
  known: Knowledge,
  doneBy: 'turn' | 'exit',
): AgentOutcome | { readonly kind: 'exited'; readonly exit: AgentExit } | undefined {
  const { exit, lost, outputAt } = known;
  if (doneBy === 'turn') {
    const end = turnEnd(known);
    if (end !== undefined) return end;
  }
  if (exit !== undefined) {
    const isZero = exit.exit.kind === 'status' && exit.exit.status === 0;
    const isDone = isZero && (doneBy === 'exit' || outputAt !== undefined);
    if (isDone) return { kind: 'finished', evidence: believe(known).evidence };
    return { kind: 'exited', exit: exit.exit };
  }
  if (lost !== undefined) return { kind: 'lost', evidence: believe(known).evidence };
  return doneBy === 'turn' ? silentEnd(known) : undefined;
}

function turnEnd({ ended, submitted, hasOthers }: Knowledge): AgentOutcome | undefined {
  if (ended === undefined) return undefined;
  if (submitted === undefined ? hasOthers : isNewer(submitted, ended)) return undefined;
  const evidence = hookEvidence(ended);
  const { meaning } = ended;
  if (meaning.kind === 'failed') {
    return { kind: 'failed', failure: meaning.failure, message: meaning.message, evidence };
  }
  const isOver = meaning.kind === 'turn-ended' && meaning.backgroundTasks === 0;
  return isOver ? { kind: 'finished', evidence } : undefined;
}

/** The output is there and the agent idles, but no hook told of the end. */
function silentEnd({ outputAt, screen, status, hook }: Knowledge): AgentOutcome | undefined {
  if (outputAt === undefined || screen?.kind !== 'ready') return undefined;
  if (status !== undefined && status.kind !== 'ready') return undefined;
  // Background tasks go on: their end is told by another hook.
  if (hook?.meaning.kind === 'turn-ended') return undefined;
  const since = Math.max(outputAt, screen.since, hook?.at ?? 0);
  if (screen.seen - since < CONTRADICTION_MS) return undefined;
  const detail = `the output is there, and since then ${screen.detail}`;
  return { kind: 'finished', evidence: { source: 'output', at: outputAt, detail } };
}

interface Claim {
  readonly state: Exclude<AgentState, { kind: 'exited' }>;
  readonly since: number;
  readonly seen: number;
}

/** From the strongest to the weakest. */
function claims(known: Knowledge): readonly Claim[] {
  const found = [
    hookClaim(known),
    outputClaim(known),
    sightClaim('status-file', known.status),
    sightClaim('screen', known.screen),
  ].filter((claim) => claim !== undefined);
  // Only the screen shows that the composer can take text.
  return known.screen?.kind === 'ready'
    ? found
    : found.filter(({ state }) => state.kind !== 'ready');
}

function overrules(weaker: Claim, held: Claim): boolean {
  if (weaker.state.kind === held.state.kind || weaker.state.kind === 'unknown') return false;
  return weaker.seen - Math.max(weaker.since, held.since) >= CONTRADICTION_MS;
}

function hookClaim({ hook }: Knowledge): Claim | undefined {
  if (hook === undefined) return undefined;
  const state = hookState(hook);
  return state === undefined ? undefined : { state, since: hook.at, seen: hook.at };
}

function hookState(hook: Hook): Claim['state'] | undefined {
  const evidence = hookEvidence(hook);
  const { meaning } = hook;
  switch (meaning.kind) {
    case 'session-started':
      return undefined;
    case 'prompt-submitted':
    case 'working':
      return { kind: 'busy', evidence };
    case 'asking':
      return { kind: 'asking', dialog: meaning.dialog, evidence };
    case 'turn-ended':
      return { kind: meaning.backgroundTasks > 0 ? 'busy' : 'finishing', evidence };
    case 'failed':
    case 'session-ended':
      return { kind: 'finishing', evidence };
    default:
      return meaning satisfies never;
  }
}

function outputClaim({ hook, outputAt }: Knowledge): Claim | undefined {
  if (outputAt === undefined || hook !== undefined) return undefined;
  const evidence = { source: 'output', at: outputAt, detail: 'the output file is there' } as const;
  return { state: { kind: 'finishing', evidence }, since: outputAt, seen: outputAt };
}

function sightClaim(source: 'status-file' | 'screen', seenAs?: Sight): Claim | undefined {
  if (seenAs === undefined) return undefined;
  const { kind, detail, dialog, since, seen } = seenAs;
  const evidence: Evidence = { source, at: since, detail };
  if (kind !== 'asking') return { state: { kind, evidence }, since, seen };
  const asked = dialog ?? { kind: 'unknown', question: detail, choices: [] };
  return { state: { kind, dialog: asked, evidence }, since, seen };
}

function sight(
  before: Sight | undefined,
  reading: ScreenReading | StatusReading,
  at: number,
): Sight {
  const dialog = 'dialog' in reading ? reading.dialog : undefined;
  const since = before?.kind === reading.kind ? before.since : at;
  return { kind: reading.kind, detail: reading.detail, dialog, since, seen: at };
}

function learnHook(known: Knowledge, hook: Hook): Knowledge {
  const { kind } = hook.meaning;
  const isEnd = kind === 'turn-ended' || kind === 'failed';
  const isProof = kind === 'prompt-submitted' && hook.isOurs;
  const isOther = kind === 'prompt-submitted' && !hook.isOurs;
  return {
    ...known,
    ...(kind !== 'session-started' && isNewer(hook, known.hook) && { hook }),
    ...(isOther && { hasOthers: true as const }),
    ...(isEnd && isNewer(hook, known.ended) && { ended: hook }),
    ...(isProof && !isNewer(hook, known.submitted, false) && { submitted: hook }),
  };
}

/** Events of one moment are told apart by their file; without a second one the answer is `alone`. */
function isNewer(hook: Hook, than: Hook | undefined, alone = true): boolean {
  if (than === undefined) return alone;
  return hook.at === than.at ? hook.file > than.file : hook.at > than.at;
}

export function hookEvidence({ name, at }: Pick<Hook, 'name' | 'at'>): Evidence {
  return { source: 'hook', at, detail: `${name} hook` };
}
