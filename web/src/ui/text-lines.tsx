import { useEffect, useRef } from 'react';

interface TextLinesProps {
  readonly label: string;
  /** In what order they came; each with a key of its own and, where known, when. */
  readonly lines: readonly { readonly key: string; readonly at?: string; readonly text: string }[];
  readonly className?: string;
}

/** As near to the end as this, new lines scroll into view by themselves. */
const NEAR_PX = 60;

/** Lines of a log, which follows its end until one scrolls up. */
export function TextLines({ label, lines, className = '' }: TextLinesProps) {
  const box = useRef<HTMLDivElement>(null);
  const isAtEnd = useRef(true);
  const last = lines.at(-1)?.key;
  useEffect(() => {
    const element = box.current;
    if (element !== null && isAtEnd.current) element.scrollTop = element.scrollHeight;
  }, [last, lines.length]);
  return (
    <div
      ref={box}
      tabIndex={0}
      role="log"
      aria-label={label}
      aria-live="off"
      className={`overflow-auto rounded-md bg-terminal p-3 font-mono text-sm text-terminal-text ${className}`}
      onScroll={({ currentTarget: { scrollHeight, scrollTop, clientHeight } }) => {
        isAtEnd.current = scrollHeight - scrollTop - clientHeight < NEAR_PX;
      }}
    >
      {lines.map(({ key, at, text }) => (
        <div key={key} className="flex gap-3">
          {at === undefined ? null : (
            <time dateTime={at} className="shrink-0 opacity-70 tabular-nums">
              {new Date(at).toLocaleTimeString('en-GB')}
            </time>
          )}
          <span className="min-w-0 break-words whitespace-pre-wrap">{text}</span>
        </div>
      ))}
    </div>
  );
}
