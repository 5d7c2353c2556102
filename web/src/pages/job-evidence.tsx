import type { ExplanationView } from '../../../src/contract/index.ts';
import { RelativeTime } from '../ui/relative-time.tsx';
import { StateBadge } from '../ui/state-badge.tsx';

interface EvidenceListProps {
  readonly explanation: ExplanationView;
}

/** Why we believe that an agent is in its state. */
export function EvidenceList({ explanation }: EvidenceListProps) {
  const { state, evidence } = explanation;
  return (
    <section aria-label="Evidence" className="rounded-md border border-line p-2 text-sm">
      <p className="flex flex-wrap items-center gap-2">
        The agent is <StateBadge state={state} />
        {evidence.length === 0 ? 'and nothing tells more.' : 'because:'}
      </p>
      <ul className="mt-1 space-y-1">
        {evidence.map(({ source, at, says, detail, outranked_by: outrankedBy }, index) => (
          <li key={index} className={outrankedBy === null ? '' : 'text-muted'}>
            <span className="font-mono font-semibold">{source}</span>
            {says === '' ? '' : ` says ${says}`}
            {at === null ? null : (
              <>
                {' '}
                (<RelativeTime at={at} />)
              </>
            )}
            : <span className="break-words">{detail}</span>
            {outrankedBy === null ? null : <em> ({outrankedBy})</em>}
          </li>
        ))}
      </ul>
    </section>
  );
}
