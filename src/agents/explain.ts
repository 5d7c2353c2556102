import type { AgentState, Evidence, Explanation, Ranked } from './agent.ts';
import { believe, claims, hookEvidence, isOverruled, type Knowledge } from './evidence.ts';

/**
 * Lay out all evidence of an agent, the strongest first, with what became of each piece: it
 * decided, something stronger outranked it or agrees with it, or something weaker contradicted it
 * for too long. Exactly one piece decides, the one that `believe` goes by.
 */
export function explain(known: Knowledge): Explanation {
  const state = believe(known);
  const pieces = [...endings(known), ...statements(known), startOf(known)];
  const decisive = pieces.findIndex((piece) => isDecisive(piece, state));
  const evidence = pieces.map(({ verdict, ...piece }, index) => ({
    ...piece,
    outranked: index === decisive ? undefined : (verdict ?? outrankedBy(piece, state)),
  }));
  return { state, evidence };
}

interface Piece extends Omit<Ranked, 'outranked'> {
  /** Why it did not decide, where that is not its rank. */
  readonly verdict?: string | undefined;
}

function isDecisive({ evidence, speaksFor }: Piece, state: AgentState): boolean {
  const { source, at, detail } = state.evidence;
  const isSame = evidence.source === source && evidence.at === at && evidence.detail === detail;
  return isSame && speaksFor === state.kind;
}

function outrankedBy({ speaksFor }: Piece, { kind, evidence }: AgentState): string {
  const by = `${evidence.source}: ${evidence.detail}`;
  return speaksFor === kind ? `agrees with ${by}` : `outranked by ${by}`;
}

function endings({ startedAt, exit, lost }: Knowledge): readonly Piece[] {
  const ends = [exit && { startedAt, exit }, lost && { startedAt, lost }];
  return ends.flatMap((one) => (one === undefined ? [] : [pieceOf(believe(one))]));
}

function startOf({ startedAt }: Knowledge): Piece {
  return pieceOf(believe({ startedAt }));
}

function pieceOf({ kind, evidence }: AgentState): Piece {
  return { evidence, speaksFor: kind, seenAt: evidence.at };
}

function statements(known: Knowledge): readonly Piece[] {
  const { outputAt, submitted, hook, screen, exit, lost } = known;
  const all = claims(known, 'all');
  const spoken = all.map(({ state, seen }, index): Piece => {
    const isUnseen = state.kind === 'ready' && screen?.kind !== 'ready';
    const isAlive = exit === undefined && lost === undefined;
    const why = isUnseen
      ? 'only the screen shows that text can be taken'
      : isOverruled(all, index)
        ? 'contradicted for too long by weaker evidence'
        : undefined;
    return { ...pieceOf(state), seenAt: seen, verdict: isAlive ? why : undefined };
  });
  const isNamed = submitted === undefined || submitted.file === hook?.file;
  return [
    ...spoken,
    ...(isNamed ? [] : [silent({ ...hookEvidence(submitted), detail: 'our prompt arrived' })]),
    ...(outputAt === undefined || hook === undefined
      ? []
      : [silent({ source: 'output', at: outputAt, detail: 'the output file is there' })]),
  ];
}

/** Something to know, though it does not tell what the agent does. */
function silent(evidence: Evidence): Piece {
  const verdict = 'says nothing of the state by itself';
  return { evidence, speaksFor: undefined, seenAt: evidence.at, verdict };
}
