import type { CastEvent } from './parse-cast.ts';

/** A pause longer than this is skipped, when pauses are. */
const LONGEST_PAUSE_MS = 2_000;

/** The index of the first event after a moment: those before it are on the screen. */
export function indexAfter(events: readonly CastEvent[], atMs: number): number {
  let low = 0;
  let high = events.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((events[middle]?.atMs ?? 0) <= atMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

interface Advance {
  readonly events: readonly CastEvent[];
  readonly atMs: number;
  /** Of the recording: real time by speed. */
  readonly byMs: number;
  readonly durationMs: number;
  readonly skipsPauses: boolean;
}

/** Where the playhead stands after some time; a long pause ahead counts as a short one. */
export function advance({ events, atMs, byMs, durationMs, skipsPauses }: Advance): number {
  const next = events[indexAfter(events, atMs)]?.atMs ?? durationMs;
  const pause = next - atMs;
  const skipped = skipsPauses && pause > LONGEST_PAUSE_MS ? pause - LONGEST_PAUSE_MS : 0;
  return Math.min(durationMs, atMs + skipped + byMs);
}

export interface Marker {
  readonly atMs: number;
  readonly label: string;
}

/** The marker before or after a moment; the one just passed does not hold back. */
export function nearMarker(
  markers: readonly Marker[],
  atMs: number,
  direction: 'previous' | 'next',
): Marker | undefined {
  return direction === 'next'
    ? markers.find((marker) => marker.atMs > atMs)
    : markers.findLast((marker) => marker.atMs < atMs - 1_000);
}

export const speeds = [0.5, 1, 2, 4, 8, 16] as const;

/** The speed next to one, slower or faster. */
export function nextSpeed(speed: number, step: -1 | 1): number {
  const index = speeds.findIndex((one) => one >= speed);
  return speeds[Math.max(0, Math.min(speeds.length - 1, index + step))] ?? 1;
}

/** `1:05`, `1:02:03`; with tenths of a second in what is short: `0:07.3`. */
export function formatMoment(ms: number, durationMs = ms): string {
  if (durationMs < 60_000) return `0:${(Math.floor(ms / 100) / 10).toFixed(1).padStart(4, '0')}`;
  const seconds = Math.floor(ms / 1_000);
  const hours = Math.floor(seconds / 3_600);
  const minutes = Math.floor(seconds / 60) % 60;
  return hours > 0
    ? `${hours}:${two(minutes)}:${two(seconds % 60)}`
    : `${minutes}:${two(seconds % 60)}`;
}

function two(count: number): string {
  return String(count).padStart(2, '0');
}
