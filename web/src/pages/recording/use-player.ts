import { type RefObject, useCallback, useEffect, useRef, useState } from 'react';
import type { Cast } from './parse-cast.ts';
import { advance, indexAfter } from './playhead.ts';
import { Screen } from './screen.ts';

export interface Player {
  readonly atMs: number;
  readonly isPlaying: boolean;
  readonly speed: number;
  readonly skipsPauses: boolean;
  readonly seek: (atMs: number) => void;
  readonly toggle: () => void;
  /** Pause, and go one event on or back. */
  readonly step: (direction: -1 | 1) => void;
  readonly setSpeed: (speed: number) => void;
  readonly setSkipsPauses: (skips: boolean) => void;
}

/** Play a recording in an element; `startMs` is where it begins. */
export function usePlayer(
  cast: Cast,
  host: RefObject<HTMLElement | null>,
  startMs: number,
): Player {
  const screen = useRef<Screen>(undefined);
  const [atMs, setAtMs] = useState(startMs);
  const [isPlaying, setIsPlaying] = useState(false);
  const [speed, setSpeed] = useState(1);
  const [skipsPauses, setSkipsPauses] = useState(true);
  const at = useRef(startMs);
  const { events, durationMs } = cast;

  const seek = useCallback(
    (wanted: number): void => {
      at.current = Math.max(0, Math.min(durationMs, wanted));
      setAtMs(at.current);
      void screen.current?.show(at.current);
    },
    [durationMs],
  );

  useEffect(() => {
    if (host.current === null) return undefined;
    const made = new Screen(cast, host.current);
    screen.current = made;
    void made.show(at.current);
    return () => {
      screen.current = undefined;
      made.close();
    };
  }, [cast, host]);

  useEffect(() => {
    if (!isPlaying) return undefined;
    let before = performance.now();
    let frame = requestAnimationFrame(function tick(now) {
      const byMs = Math.max(0, now - before) * speed;
      before = now;
      seek(advance({ events, atMs: at.current, byMs, durationMs, skipsPauses }));
      if (at.current >= durationMs) setIsPlaying(false);
      else frame = requestAnimationFrame(tick);
    });
    return () => cancelAnimationFrame(frame);
  }, [isPlaying, speed, skipsPauses, events, durationMs, seek]);

  return {
    atMs,
    isPlaying,
    speed,
    skipsPauses,
    seek,
    setSpeed,
    setSkipsPauses,
    toggle: () => {
      if (!isPlaying && at.current >= durationMs) seek(0);
      setIsPlaying(!isPlaying);
    },
    step: (direction) => {
      setIsPlaying(false);
      const index = indexAfter(events, at.current);
      const shown = events[index - 1]?.atMs ?? 0;
      const earlier = events[indexAfter(events, shown - 1) - 1]?.atMs ?? 0;
      seek(direction === 1 ? (events[index]?.atMs ?? durationMs) : earlier);
    },
  };
}
