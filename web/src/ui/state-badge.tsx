/** One taxonomy for jobs, agents and sites: a glyph, a word and a colour, never the colour alone. */
const looks: Readonly<Record<string, { readonly glyph: string; readonly colour: string }>> = {
  queued: { glyph: '○', colour: 'text-idle' },
  leased: { glyph: '◔', colour: 'text-busy' },
  running: { glyph: '◑', colour: 'text-busy' },
  succeeded: { glyph: '✓', colour: 'text-ok' },
  failed: { glyph: '✕', colour: 'text-failed' },
  cancelled: { glyph: '⊘', colour: 'text-idle' },
  expired: { glyph: '◌', colour: 'text-idle' },
  skipped: { glyph: '↷', colour: 'text-idle' },
  starting: { glyph: '◔', colour: 'text-busy' },
  ready: { glyph: '●', colour: 'text-ok' },
  delivering: { glyph: '◕', colour: 'text-busy' },
  busy: { glyph: '◑', colour: 'text-busy' },
  asking: { glyph: '?', colour: 'text-asking' },
  finishing: { glyph: '◕', colour: 'text-busy' },
  exited: { glyph: '■', colour: 'text-idle' },
  lost: { glyph: '✕', colour: 'text-failed' },
  unknown: { glyph: '…', colour: 'text-idle' },
  active: { glyph: '●', colour: 'text-ok' },
  pending: { glyph: '○', colour: 'text-idle' },
  building: { glyph: '◑', colour: 'text-busy' },
  live: { glyph: '●', colour: 'text-ok' },
  destroying: { glyph: '◕', colour: 'text-busy' },
  destroyed: { glyph: '■', colour: 'text-idle' },
  passed: { glyph: '✓', colour: 'text-ok' },
  archived: { glyph: '▣', colour: 'text-idle' },
};

/** `leased` is a word of the queue: to people, such a job starts. */
const words: Readonly<Record<string, string>> = { leased: 'starting' };

interface StateBadgeProps {
  readonly state: string;
  readonly count?: number | undefined;
}

export function StateBadge({ state, count }: StateBadgeProps) {
  const { glyph, colour } = looks[state] ?? { glyph: '•', colour: 'text-idle' };
  return (
    <span className={`inline-flex items-center gap-1 whitespace-nowrap ${colour}`}>
      <span aria-hidden="true" className="inline-block w-3.5 text-center font-bold">
        {glyph}
      </span>
      {words[state] ?? state}
      {count === undefined ? null : <span className="tabular-nums">{count}</span>}
    </span>
  );
}
