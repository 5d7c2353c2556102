import type { AgentExplanation } from '../../app/index.ts';
import { type Door, openForCommand } from '../door.ts';
import { formatDuration } from '../duration.ts';
import type { ExitCode } from '../exit-codes.ts';
import { layOutFacts, layOutTable } from '../table.ts';

type Ranked = AgentExplanation['evidence'][number];

/** Print what an agent does now, and every piece of evidence with what outranked it. */
export async function agentExplain(door: Door, id: string): Promise<ExitCode> {
  const { printer, clock, interrupts } = door;
  await using app = await openForCommand(door);
  const found = await app.explainAgent(id, interrupts.signal);
  const now = clock.now();
  if (printer.json) {
    printer.value(toView(found, now));
    return 0;
  }
  const { state, subject, adapter } = found;
  const dialog = state.kind === 'asking' ? state.dialog : undefined;
  printer.lines(
    layOutFacts({
      agent: `${adapter}, ${subject}`,
      state: state.kind,
      because: `${state.evidence.source}: ${state.evidence.detail}`,
      asks: dialog === undefined ? undefined : `(${dialog.kind}) ${dialog.question}`,
      choices:
        dialog === undefined || dialog.choices.length === 0
          ? undefined
          : dialog.choices.join(' / '),
    }),
  );
  printer.lines(['']);
  printer.lines(
    layOutTable(
      [
        { title: 'SOURCE', text: ({ evidence }: Ranked) => evidence.source },
        { title: 'SAYS', text: ({ speaksFor }: Ranked) => speaksFor ?? '' },
        { title: 'AGE', text: (one: Ranked) => age(one, now), align: 'right' },
        { title: 'EVIDENCE', text: ({ evidence }: Ranked) => evidence.detail },
        { title: 'VERDICT', text: ({ outranked }: Ranked) => outranked ?? 'decides' },
      ],
      found.evidence,
      printer.width,
    ),
  );
  return 0;
}

function age({ evidence }: Ranked, now: number): string {
  return evidence.at === 0 ? '' : formatDuration(Math.max(0, now - evidence.at));
}

function toView({ state, evidence, subject, adapter }: AgentExplanation, now: number) {
  return {
    agent: adapter,
    subject,
    state: state.kind,
    dialog: state.kind === 'asking' ? state.dialog : null,
    evidence: evidence.map(({ evidence: one, speaksFor, seenAt, outranked }) => ({
      source: one.source,
      says: speaksFor ?? null,
      at: toTime(one.at),
      seen_at: toTime(seenAt),
      age_ms: one.at === 0 ? null : Math.max(0, now - one.at),
      detail: one.detail,
      outranked: outranked ?? null,
    })),
  };
}

/** Not a clock reading: only how a moment is written. 0 stands for one that nobody knows. */
function toTime(ms: number): string | null {
  // oxlint-disable-next-line no-restricted-globals -- formats a number that a Clock gave
  return ms === 0 ? null : new Date(ms).toISOString();
}
