import { useState } from 'react';
import { splitFences } from './split-fences.ts';

const MOST_LINES = 30;
const MOST_CHARACTERS = 3_000;

interface MessageTextProps {
  readonly text: string;
  /** Names its code blocks for screen readers. */
  readonly label: string;
}

/** A text as it was written, its code blocks in a face of their own; a long one folds. */
export function MessageText({ text, label }: MessageTextProps) {
  const [isOpen, setIsOpen] = useState(false);
  const lines = text.split('\n').length;
  const isLong = lines > MOST_LINES || text.length > MOST_CHARACTERS;
  const shown = isLong && !isOpen ? beginning(text) : text;
  return (
    <div className="space-y-2">
      {splitFences(shown).map(({ kind, text: part }, index) =>
        kind === 'code' ? (
          <pre
            key={index}
            tabIndex={0}
            role="group"
            aria-label={`Code in ${label}`}
            className="max-w-full overflow-x-auto rounded-md border border-line bg-page p-2 font-mono text-sm"
          >
            {part}
          </pre>
        ) : (
          <p key={index} className="break-words whitespace-pre-wrap">
            {part}
          </p>
        ),
      )}
      {isLong ? (
        <button
          type="button"
          aria-expanded={isOpen}
          className="min-h-8 font-semibold text-accent"
          onClick={() => setIsOpen(!isOpen)}
        >
          {isOpen ? 'Fold' : `Show all ${lines.toLocaleString()} lines`}
        </button>
      ) : null}
    </div>
  );
}

function beginning(text: string): string {
  return `${text.split('\n').slice(0, MOST_LINES).join('\n').slice(0, MOST_CHARACTERS)}…`;
}
