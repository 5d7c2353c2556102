import { useState } from 'react';
import type { EventView } from '../../../src/contract/index.ts';

interface JobEventsProps {
  readonly events: readonly EventView[];
}

/** Every event in one line, or with all its facts. */
export function JobEvents({ events }: JobEventsProps) {
  const [isFull, setFull] = useState(false);
  return (
    <section aria-label="Events">
      <div className="flex items-center gap-3">
        <h2 className="mr-auto font-semibold">
          Events <span className="text-muted tabular-nums">{events.length}</span>
        </h2>
        <div role="group" aria-label="How much" className="flex gap-1">
          <Choice isOn={!isFull} onChoose={() => setFull(false)} text="Compact" />
          <Choice isOn={isFull} onChoose={() => setFull(true)} text="Full" />
        </div>
      </div>
      <ol className="mt-2 ml-1 border-l border-line">
        {events.map((event) => (
          <li key={event.sequence} className="relative py-0.5 pl-3 text-sm">
            <span
              aria-hidden="true"
              className="absolute top-2.5 left-[-4.5px] size-2 rounded-full bg-muted"
            />
            <div className="truncate">
              <time dateTime={event.at} title={event.at} className="mr-2 text-muted tabular-nums">
                {new Date(event.at).toLocaleTimeString()}
              </time>
              <span className="font-mono">{event.kind}</span>
              {isFull ? null : <Summary data={event.data} />}
            </div>
            {isFull ? <Facts data={event.data} /> : null}
          </li>
        ))}
      </ol>
    </section>
  );
}

interface ChoiceProps {
  readonly isOn: boolean;
  readonly onChoose: () => void;
  readonly text: string;
}

function Choice({ isOn, onChoose, text }: ChoiceProps) {
  return (
    <button
      type="button"
      aria-pressed={isOn}
      className="min-h-8 rounded-md px-2 text-sm text-muted hover:bg-raised aria-pressed:bg-raised aria-pressed:font-semibold aria-pressed:text-text"
      onClick={onChoose}
    >
      {text}
    </button>
  );
}

interface FactsProps {
  readonly data: Readonly<Record<string, unknown>>;
}

/** The facts that fit into the rest of a line: numbers and short words, no ids. */
function Summary({ data }: FactsProps) {
  const parts = Object.entries(data).flatMap(([key, value]) => {
    const isShort = typeof value === 'number' || (typeof value === 'string' && value.length < 60);
    return isShort && !key.endsWith('_id') ? [`${key} ${value}`] : [];
  });
  if (parts.length === 0) return null;
  const text = parts.slice(0, 4).join(' · ');
  return (
    <span className="ml-2 text-muted" title={text}>
      {text}
    </span>
  );
}

function Facts({ data }: FactsProps) {
  if (Object.keys(data).length === 0) return null;
  return (
    <pre className="mt-1 max-h-60 overflow-auto rounded-md bg-raised p-2 font-mono text-xs whitespace-pre-wrap">
      {JSON.stringify(data, undefined, 2)}
    </pre>
  );
}
