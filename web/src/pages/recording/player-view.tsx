import { useMemo, useRef } from 'react';
import { useKeys } from '../../state/keys.ts';
import { Button } from '../../ui/button.tsx';
import { type Cast, parseCast } from './parse-cast.ts';
import { formatMoment, type Marker, nearMarker, nextSpeed, speeds } from './playhead.ts';
import { type Player, usePlayer } from './use-player.ts';

interface PlayerViewProps {
  /** The recording as asciicast v3. */
  readonly text: string;
}

const SKIP_MS = 5_000;

/** A recording's terminal with what plays it; its markers are listed beside it. */
export function PlayerView({ text }: PlayerViewProps) {
  const cast = useMemo(() => parseCast(text), [text]);
  const markers = useMemo(
    () => cast.events.flatMap((one) => (one.kind === 'marker' ? [one] : [])),
    [cast],
  );
  const host = useRef<HTMLDivElement>(null);
  const player = usePlayer(cast, host, startOf(cast));
  const { atMs, seek } = player;
  const jump = (direction: 'previous' | 'next'): void =>
    seek(
      nearMarker(markers, atMs, direction)?.atMs ?? (direction === 'next' ? cast.durationMs : 0),
    );
  useKeys({
    ' ': player.toggle,
    '.': () => player.step(1),
    ',': () => player.step(-1),
    '[': () => jump('previous'),
    ']': () => jump('next'),
    '<': () => player.setSpeed(nextSpeed(player.speed, -1)),
    '>': () => player.setSpeed(nextSpeed(player.speed, 1)),
    ArrowLeft: () => seek(atMs - SKIP_MS),
    ArrowRight: () => seek(atMs + SKIP_MS),
  });
  return (
    <div className="flex flex-col gap-4 p-4 lg:flex-row">
      <div className="min-w-0 flex-1 space-y-2">
        <div
          tabIndex={0}
          role="region"
          aria-label={`Terminal at ${formatMoment(atMs, cast.durationMs)}`}
          className="overflow-x-auto rounded-md border border-line bg-terminal p-2"
        >
          <div ref={host} data-testid="screen" />
        </div>
        <SeekBar player={player} durationMs={cast.durationMs} markers={markers} />
        <Controls player={player} />
      </div>
      <Markers markers={markers} atMs={atMs} durationMs={cast.durationMs} onSeek={seek} />
    </div>
  );
}

/** Not at an empty screen, but where something is shown first. */
function startOf({ events }: Cast): number {
  return events.find(({ kind }) => kind === 'output')?.atMs ?? 0;
}

interface SeekBarProps {
  readonly player: Player;
  readonly durationMs: number;
  readonly markers: readonly Marker[];
}

function SeekBar({ player: { atMs, seek }, durationMs, markers }: SeekBarProps) {
  return (
    <div className="flex items-center gap-3">
      <span className="w-14 text-right text-sm tabular-nums">{formatMoment(atMs, durationMs)}</span>
      <div className="relative flex-1">
        <input
          type="range"
          aria-label="Moment of the recording"
          aria-valuetext={`${formatMoment(atMs, durationMs)} of ${formatMoment(durationMs)}`}
          className="block h-8 w-full accent-accent"
          min={0}
          max={Math.max(1, durationMs)}
          step={1}
          value={Math.round(atMs)}
          onChange={(event) => seek(Number(event.target.value))}
        />
        <span aria-hidden="true" className="pointer-events-none absolute inset-x-2 bottom-0 h-1.5">
          {markers.map((marker, index) => (
            <span
              key={index}
              title={marker.label}
              className="absolute h-full w-0.5 bg-asking"
              style={{ left: `${(marker.atMs / Math.max(1, durationMs)) * 100}%` }}
            />
          ))}
        </span>
      </div>
      <span className="w-14 text-sm text-muted tabular-nums">{formatMoment(durationMs)}</span>
    </div>
  );
}

function Controls({ player }: { readonly player: Player }) {
  return (
    <div className="flex flex-wrap items-center gap-3">
      <Button kind="primary" className="w-24" onClick={player.toggle}>
        {player.isPlaying ? 'Pause' : 'Play'}
      </Button>
      <label className="flex items-center gap-2">
        Speed
        <select
          className="min-h-8 rounded-md border border-line bg-surface px-2"
          value={player.speed}
          onChange={(event) => player.setSpeed(Number(event.target.value))}
        >
          {speeds.map((speed) => (
            <option key={speed} value={speed}>
              {speed}×
            </option>
          ))}
        </select>
      </label>
      <label className="flex min-h-8 items-center gap-2">
        <input
          type="checkbox"
          className="size-4 accent-accent"
          checked={player.skipsPauses}
          onChange={(event) => player.setSkipsPauses(event.target.checked)}
        />
        Skip long pauses
      </label>
      <p className="hidden text-sm text-muted md:block">
        Keys: space plays, . and , step, [ and ] go to markers, &lt; and &gt; change the speed.
      </p>
    </div>
  );
}

interface MarkersProps {
  readonly markers: readonly Marker[];
  readonly atMs: number;
  readonly durationMs: number;
  readonly onSeek: (atMs: number) => void;
}

function Markers({ markers, atMs, durationMs, onSeek }: MarkersProps) {
  const current = markers.findLastIndex((marker) => marker.atMs <= atMs);
  return (
    <section aria-labelledby="markers" className="lg:w-72">
      <h2 id="markers" className="mb-2 font-semibold">
        Markers
      </h2>
      {markers.length === 0 ? <p className="text-muted">It has none.</p> : null}
      <ol className="space-y-1">
        {markers.map(({ atMs: moment, label }, index) => (
          <li key={index}>
            <button
              type="button"
              aria-current={index === current ? 'step' : undefined}
              className={`flex min-h-8 w-full gap-3 rounded-md px-2 py-1 text-left hover:bg-raised ${index === current ? 'bg-raised font-semibold' : ''}`}
              onClick={() => onSeek(moment)}
            >
              <span className="w-12 shrink-0 text-right text-muted tabular-nums">
                {formatMoment(moment, durationMs)}
              </span>
              <span className="min-w-0 break-words">{label}</span>
            </button>
          </li>
        ))}
      </ol>
    </section>
  );
}
