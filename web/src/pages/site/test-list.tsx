import type { ReleaseView } from '../../../../src/contract/index.ts';
import { StateBadge } from '../../ui/state-badge.tsx';

type Test = ReleaseView['tests'][number];
const outcomes = ['passed', 'failed', 'skipped'] as const;

/** How many tests passed; those that failed with what was wrong, the others folded away. */
export function TestList({ tests }: { readonly tests: readonly Test[] }) {
  if (tests.length === 0) return <p className="text-muted">No tests were run.</p>;
  const failed = tests.filter(({ outcome }) => outcome === 'failed');
  return (
    <>
      <details>
        <summary className="flex min-h-8 cursor-pointer flex-wrap items-center gap-x-3">
          <span>Tests:</span>
          {outcomes.map((outcome) => {
            const count = tests.filter((test) => test.outcome === outcome).length;
            return count === 0 ? null : <StateBadge key={outcome} state={outcome} count={count} />;
          })}
          <span className="text-accent">Show all</span>
        </summary>
        <ul className="space-y-0.5">
          {tests.map((test) => (
            <li key={`${test.source} ${test.name}`} className="flex flex-wrap gap-x-3">
              <span className="w-20">
                <StateBadge state={test.outcome} />
              </span>
              <span className="min-w-0 flex-1 break-words">{test.name}</span>
              <span className="text-muted tabular-nums">
                {test.source === 'plan' ? 'by the plan, ' : ''}
                {test.duration_ms} ms
              </span>
            </li>
          ))}
        </ul>
      </details>
      {failed.map(({ name, problem }) => (
        <div key={name} className="mt-1 rounded-md border border-failed p-2">
          <p className="font-medium break-words">{name}</p>
          <p className="break-words whitespace-pre-wrap">{problem}</p>
        </div>
      ))}
    </>
  );
}
