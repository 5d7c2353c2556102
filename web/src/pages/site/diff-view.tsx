import { ChevronRight } from 'lucide-react';
import type { SiteDiffView } from '../../../../src/contract/index.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { type DiffLine, parseDiff } from './parse-diff.ts';

interface DiffViewProps {
  readonly diff: SiteDiffView | undefined;
  readonly error: Error | null;
}

/** Lines of a file that are drawn. */
const MOST_LINES = 1_000;
/** Files that are open at first. */
const OPEN_FILES = 5;

/** How the files differ from what is live: each file with its lines. */
export function DiffView({ diff, error }: DiffViewProps) {
  if (diff === undefined) {
    return <p className="p-4 text-muted">{error === null ? 'Comparing…' : error.message}</p>;
  }
  const { files, release_id: releaseId, is_cut: isCut } = diff;
  if (files.length === 0) {
    return (
      <EmptyState title="Nothing differs from what is live.">
        What the agent changes in the site’s files is shown here until it is published.
      </EmptyState>
    );
  }
  return (
    <div className="space-y-3 p-3">
      <p className="text-sm text-muted">
        {files.length} {files.length === 1 ? 'file differs' : 'files differ'} from{' '}
        {releaseId === null ? (
          'nothing: no release is live'
        ) : (
          <span className="font-mono">{releaseId}</span>
        )}
        {isCut ? '; there is more than is shown' : ''}.
      </p>
      {files.map((file, index) => (
        <FileDiff key={file.path} file={file} isOpen={index < OPEN_FILES} />
      ))}
    </div>
  );
}

const changes = {
  added: { glyph: '+', colour: 'text-ok' },
  changed: { glyph: '±', colour: 'text-busy' },
  removed: { glyph: '−', colour: 'text-failed' },
} as const;

interface FileDiffProps {
  readonly file: SiteDiffView['files'][number];
  readonly isOpen: boolean;
}

function FileDiff({ file: { path, change, diff }, isOpen }: FileDiffProps) {
  const { glyph, colour } = changes[change];
  const parsed = diff === null ? undefined : parseDiff(diff, MOST_LINES);
  return (
    <details open={isOpen} className="group rounded-md border border-line bg-surface">
      <summary className="flex min-h-8 cursor-pointer flex-wrap items-center gap-x-3 px-3 py-1">
        <span className={`inline-flex items-center gap-1 text-sm ${colour}`}>
          <ChevronRight
            aria-hidden="true"
            className="size-4 text-muted transition-transform group-open:rotate-90"
          />
          <span aria-hidden="true" className="w-3.5 text-center font-bold">
            {glyph}
          </span>
          {change}
        </span>
        <span className="min-w-0 font-mono text-sm break-all">{path}</span>
        {parsed === undefined ? null : (
          <span className="ml-auto text-sm tabular-nums">
            <span className="text-ok">+{parsed.added}</span>{' '}
            <span className="text-failed">−{parsed.removed}</span>
          </span>
        )}
      </summary>
      {parsed === undefined ? (
        <p className="border-t border-line px-3 py-2 text-muted">No text, or too large to show.</p>
      ) : (
        <div
          tabIndex={0}
          role="region"
          aria-label={`Changes of ${path}`}
          className="max-h-[70dvh] overflow-auto border-t border-line font-mono text-sm -outline-offset-2"
        >
          <div className="w-max min-w-full">
            {parsed.lines.map((line, index) => (
              <Line key={index} line={line} />
            ))}
          </div>
        </div>
      )}
      {parsed?.isCut === true ? (
        <p className="border-t border-line px-3 py-1 text-sm text-muted">
          Only the first {MOST_LINES.toLocaleString('en')} lines are shown.
        </p>
      ) : null}
    </details>
  );
}

const looks = {
  hunk: { sign: '', look: 'bg-raised text-muted' },
  note: { sign: '', look: 'text-muted italic' },
  same: { sign: ' ', look: '' },
  added: { sign: '+', look: 'bg-ok/15' },
  removed: { sign: '-', look: 'bg-failed/15' },
} as const;

function Line({ line: { kind, text, before, after } }: { readonly line: DiffLine }) {
  const { sign, look } = looks[kind];
  return (
    <div className={`flex ${look}`}>
      <Count value={before} />
      <Count value={after} />
      <span className="px-2 whitespace-pre">
        {sign}
        {text}
      </span>
    </div>
  );
}

/** Not to be selected with the text. */
function Count({ value }: { readonly value: number | undefined }) {
  return (
    <span className="w-11 shrink-0 bg-surface pr-2 text-right text-muted tabular-nums select-none">
      {value}
    </span>
  );
}
