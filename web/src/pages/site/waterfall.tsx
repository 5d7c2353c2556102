import type { ExecutionView, SiteStepName } from '../../../../src/contract/index.ts';
import { formatLength, useNow } from '../../ui/relative-time.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import { layOutSteps, type StepBar } from './lay-out-steps.ts';
import { stepTitles } from './step-words.ts';

interface WaterfallProps {
  readonly execution: ExecutionView;
  readonly current: SiteStepName;
  readonly onChoose: (step: SiteStepName) => void;
}

const colours: Readonly<Record<string, string>> = {
  succeeded: 'bg-ok',
  running: 'bg-busy',
  failed: 'bg-failed',
  skipped: 'bg-idle',
};

/** Steps one below the other; each bar begins where the one before it ended. */
export function Waterfall({ execution, current, onChoose }: WaterfallProps) {
  const { bars, totalMs } = layOutSteps(execution, useNow());
  return (
    <section aria-label="Steps" className="min-w-0">
      <ol className="overflow-hidden rounded-md border border-line bg-surface">
        {bars.map((bar) => (
          <li key={bar.step.step} className="border-b border-line last:border-b-0">
            <StepRow
              bar={bar}
              isCurrent={bar.step.step === current}
              onChoose={() => onChoose(bar.step.step)}
            />
          </li>
        ))}
      </ol>
      <p className="mt-1 text-right text-xs text-muted tabular-nums">
        {formatShort(totalMs)} of work in all
      </p>
    </section>
  );
}

interface StepRowProps {
  readonly bar: StepBar;
  readonly isCurrent: boolean;
  readonly onChoose: () => void;
}

function StepRow({ bar: { step, lengthMs, from, width }, isCurrent, onChoose }: StepRowProps) {
  return (
    <button
      type="button"
      aria-current={isCurrent ? 'step' : undefined}
      className={`block w-full border-l-2 px-3 py-1.5 text-left -outline-offset-2 hover:bg-raised ${isCurrent ? 'border-accent bg-raised' : 'border-transparent'}`}
      onClick={onChoose}
    >
      <span className="flex items-center gap-2">
        <span className="w-4 text-right text-xs text-muted tabular-nums">{step.number}</span>
        <span className="min-w-0 flex-1 truncate font-medium">{stepTitles[step.step]}</span>
        {step.attempts > 1 ? (
          <span className="text-xs text-muted tabular-nums">{step.attempts} attempts</span>
        ) : null}
        <span className="text-sm text-muted tabular-nums">
          {lengthMs === undefined ? '' : formatShort(lengthMs)}
        </span>
        <span className="w-24 text-sm">
          <StateBadge state={step.status} />
        </span>
      </span>
      <span aria-hidden="true" className="relative mt-1 block h-1.5 rounded-sm bg-line/50">
        {lengthMs === undefined ? null : (
          <span
            className={`absolute inset-y-0 min-w-1 rounded-sm ${colours[step.status] ?? 'bg-line'}`}
            style={{ left: `min(${from}%, calc(100% - 0.25rem))`, width: `${width}%` }}
          />
        )}
      </span>
    </button>
  );
}

/** Below ten seconds with a tenth, since most steps take less. */
export function formatShort(ms: number): string {
  return ms < 10_000 ? `${(ms / 1_000).toFixed(1)} s` : formatLength(ms);
}
