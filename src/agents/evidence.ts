import type { Meaning, ScreenReading, StatusReading } from './adapter.ts';
import type {
  AgentExit,
  AgentMode,
  AgentOutcome,
  AgentState,
  Dialog,
  Evidence,
  Failure,
} from './agent.ts';
import { describeExit } from './errors.ts';

/** One thing that was seen of an agent. `at` is wall time in ms. */
export type Sighting = { readonly at: number } & (
  | { readonly source: 'exit'; readonly exit: AgentExit }
  | { readonly source: 'lost'; readonly detail: string }
  | { readonly source: 'hook'; readonly event: HookSighting }
  | { readonly source: 'reply'; readonly closed: readonly string[] }
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
  /** What the request's policy says to the tool that is asked about. */
  readonly decision?: 'allow' | 'deny' | undefined;
}

export type Hook = HookSighting & { readonly at: number };

/** A reading that stays the same is one sight, from when it was first to when it was last seen. */
interface Sight {
  readonly kind: 'ready' | 'busy' | 'asking' | 'unknown';
  readonly detail: string;
  readonly dialog: Dialog | undefined;
  readonly failure: Failure | undefined;
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
  /** Questions whose hooks wait for an answer, oldest first. */
  readonly questions?: readonly Hook[];
  /** The first event that proves that our instruction arrived. */
  readonly submitted?: Hook;
  /** The newest prompt that somebody else gave: what the agent does need not be our work. */
  readonly other?: Hook;
  /** A persistent agent: it may still be at work on what came before our instruction. */
  readonly isShared?: true | undefined;
  /** The newest end of a turn, good or bad. */
  readonly ended?: Hook;
  readonly outputAt?: number;
  readonly status?: Sight;
  readonly screen?: Sight;
}

export function nothingKnown(startedAt: number, mode: AgentMode): Knowledge {
  return { startedAt, ...(mode === 'persistent' && { isShared: true }) };
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
    case 'reply':
      return closeQuestions(known, sighting.closed, sighting.at);
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
  return doneBy === 'turn' ? (silentEnd(known) ?? shownFailure(known)) : undefined;
}

/** The agent says on its screen, and nowhere else, why it does not go on. */
function shownFailure({ screen, submitted, hook }: Knowledge): AgentOutcome | undefined {
  if (screen?.failure === undefined || submitted === undefined) return undefined;
  const since = Math.max(screen.since, hook?.at ?? 0);
  if (screen.seen - since < CONTRADICTION_MS) return undefined;
  const evidence: Evidence = { source: 'screen', at: screen.since, detail: screen.detail };
  return { kind: 'failed', ...screen.failure, evidence };
}

function turnEnd(known: Knowledge): AgentOutcome | undefined {
  const { ended, submitted, other, isShared, outputAt } = known;
  if (ended === undefined) return undefined;
  const isOthers = other !== undefined || isShared;
  if (submitted === undefined ? isOthers : isNewer(submitted, ended)) return undefined;
  const mayBeOthers = isFollowed(known) && outputAt === undefined;
  if (mayBeOthers && ended.meaning.kind === 'turn-ended') return undefined;
  const evidence = hookEvidence(ended);
  const { meaning } = ended;
  if (meaning.kind === 'failed') {
    const { failure, message, retryAt } = meaning;
    return { kind: 'failed', failure, message, retryAt, evidence };
  }
  const isOver = meaning.kind === 'turn-ended' && meaning.backgroundTasks === 0;
  return isOver ? { kind: 'finished', evidence } : undefined;
}

/** Somebody gave it another prompt after ours. */
function isFollowed({ submitted, other }: Knowledge): boolean {
  return other !== undefined && submitted !== undefined && isNewer(other, submitted);
}

/** The output is there and the agent idles, but no hook told of the end. */
function silentEnd(known: Knowledge): AgentOutcome | undefined {
  const { outputAt } = known;
  if (outputAt === undefined) return undefined;
  const idle = idleFor(known, outputAt);
  if (idle === undefined || idle.ms < CONTRADICTION_MS) return undefined;
  const detail = `the output is there, and since then ${idle.detail}`;
  return { kind: 'finished', evidence: { source: 'output', at: outputAt, detail } };
}

/** How long an idle agent without an answer is left alone before it counts as stopped. */
export const IDLE_END_MS = 5_000;

/**
 * The agent took our instruction, wrote no answer and stands at its empty prompt, though no hook
 * told of the turn's end: somebody interrupted it, or it lost its way. Undefined while it works.
 */
export function idleEnd(known: Knowledge, after: number): Evidence | undefined {
  const { submitted, outputAt, screen } = known;
  if (submitted === undefined || outputAt !== undefined || screen === undefined) return undefined;
  const idle = idleFor(known, Math.max(submitted.at, after));
  if (idle === undefined || idle.ms < IDLE_END_MS) return undefined;
  return { source: 'screen', at: screen.since, detail: `no answer, and ${idle.detail}` };
}

function idleFor(
  known: Knowledge,
  from: number,
): { readonly ms: number; readonly detail: string } | undefined {
  const { screen, status, hook, questions } = known;
  if (screen?.kind !== 'ready') return undefined;
  if (status !== undefined && status.kind !== 'ready') return undefined;
  if ((questions ?? []).length > 0) return undefined;
  if (hook?.meaning.kind === 'turn-ended') {
    // Background tasks go on: their end is told by another hook. So is ours, if it is not over.
    if (hook.meaning.backgroundTasks > 0 || !isFollowed(known)) return undefined;
  }
  const since = Math.max(from, screen.since, hook?.at ?? 0);
  return { ms: screen.seen - since, detail: screen.detail };
}

export interface Claim {
  readonly state: Exclude<AgentState, { kind: 'exited' }>;
  /** The screen does not show it, so the screen cannot contradict it. */
  readonly isHidden?: boolean | undefined;
  readonly since: number;
  readonly seen: number;
}

/** From the strongest to the weakest; `all` names also those that may not decide. */
export function claims(known: Knowledge, which: 'valid' | 'all' = 'valid'): readonly Claim[] {
  const found = [
    hookClaim(known),
    outputClaim(known),
    sightClaim('status-file', known.status),
    sightClaim('screen', known.screen),
  ].filter((claim) => claim !== undefined);
  // Only the screen shows that the composer can take text.
  return which === 'all' || known.screen?.kind === 'ready'
    ? found
    : found.filter(({ state }) => state.kind !== 'ready');
}

/** Whether one of the weaker claims behind it contradicts a claim for too long. */
export function isOverruled(ranked: readonly Claim[], index: number): boolean {
  const held = ranked[index];
  return held !== undefined && ranked.slice(index + 1).some((claim) => overrules(claim, held));
}

function overrules(weaker: Claim, held: Claim): boolean {
  if (weaker.state.kind === held.state.kind || weaker.state.kind === 'unknown') return false;
  if (held.isHidden === true) return false;
  return weaker.seen - Math.max(weaker.since, held.since) >= CONTRADICTION_MS;
}

/** A question that waits for a person counts until it is closed, whatever happens beside it. */
function hookClaim({ hook, questions = [] }: Knowledge): Claim | undefined {
  const decisive = questions.find(({ decision }) => decision === undefined) ?? hook;
  if (decisive === undefined) return undefined;
  const state = hookState(decisive);
  const isHidden = decisive.meaning.kind === 'asking' && decisive.meaning.isHidden;
  const { at } = decisive;
  return state === undefined ? undefined : { state, isHidden, since: at, seen: at };
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
      return hook.decision === undefined
        ? { kind: 'asking', dialog: meaning.dialog, evidence }
        : { kind: 'busy', evidence };
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
  const dialog = dialogOf(reading);
  const failure = 'failure' in reading ? reading.failure : undefined;
  const isSame = before?.kind === reading.kind && before.failure?.message === failure?.message;
  const since = isSame ? before.since : at;
  return { kind: reading.kind, detail: reading.detail, dialog, failure, since, seen: at };
}

function dialogOf(reading: ScreenReading | StatusReading): Dialog | undefined {
  if (!('dialog' in reading)) return undefined;
  const { dialog, automatic } = reading;
  return automatic === undefined ? dialog : { ...dialog, isAutomatic: true };
}

function learnHook(known: Knowledge, hook: Hook): Knowledge {
  const { kind } = hook.meaning;
  const isEnd = kind === 'turn-ended' || kind === 'failed';
  const isProof = kind === 'prompt-submitted' && hook.isOurs;
  const isOther = kind === 'prompt-submitted' && !hook.isOurs;
  return {
    ...known,
    ...(kind !== 'session-started' && isNewer(hook, known.hook) && { hook }),
    questions: learnQuestion(known.questions ?? [], hook),
    ...(isOther && isNewer(hook, known.other) && { other: hook }),
    ...(isEnd && isNewer(hook, known.ended) && { ended: hook }),
    ...(isProof && !isNewer(hook, known.submitted, false) && { submitted: hook }),
  };
}

function learnQuestion(questions: readonly Hook[], hook: Hook): readonly Hook[] {
  const { meaning } = hook;
  switch (meaning.kind) {
    case 'asking':
      return meaning.dialog.reply === undefined ? questions : [...questions, hook];
    case 'working': {
      const done = questions.findIndex((one) => isAbout(one, meaning.call) && one.at <= hook.at);
      return questions.filter((_one, index) => index !== done);
    }
    case 'turn-ended':
      // What runs in the background asks beside the turn.
      return meaning.backgroundTasks > 0 ? questions : questions.filter(({ at }) => at > hook.at);
    case 'failed':
    case 'session-ended':
      return questions.filter(({ at }) => at > hook.at);
    case 'session-started':
    case 'prompt-submitted':
      return questions;
    default:
      return meaning satisfies never;
  }
}

function isAbout({ meaning }: Hook, call: string | undefined): boolean {
  return call !== undefined && meaning.kind === 'asking' && meaning.call === call;
}

/** Their hooks wait no more: they were answered, or given up. The agent goes on. */
function closeQuestions(known: Knowledge, closed: readonly string[], at: number): Knowledge {
  const isClosed = ({ meaning }: Hook): boolean =>
    meaning.kind === 'asking' && closed.includes(meaning.dialog.reply ?? '');
  const questions = (known.questions ?? []).filter((one) => !isClosed(one));
  if (known.hook === undefined || !isClosed(known.hook)) return { ...known, questions };
  const hook = { ...known.hook, name: `answered ${known.hook.name}`, at };
  return { ...known, questions, hook: { ...hook, meaning: { kind: 'working' } } };
}

/** Events of one moment are told apart by their file; without a second one the answer is `alone`. */
function isNewer(hook: Hook, than: Hook | undefined, alone = true): boolean {
  if (than === undefined) return alone;
  return hook.at === than.at ? hook.file > than.file : hook.at > than.at;
}

export function hookEvidence({ name, at }: Pick<Hook, 'name' | 'at'>): Evidence {
  return { source: 'hook', at, detail: `${name} hook` };
}
