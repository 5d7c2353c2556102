import { useSyncExternalStore } from 'react';

/** One ticking clock for all times on the page. */
let now = Date.now();
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    now = Date.now();
    for (const one of listeners) one();
  }, 1_000);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/** Wall time in ms, every second. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => now);
}

const units = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1_000],
] as const;

/** A length of time in its two largest units: `2 h 5 min`. */
export function formatLength(ms: number): string {
  const parts: string[] = [];
  let rest = Math.max(0, ms);
  for (const [name, size] of units) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0 || (name === 's' && parts.length === 0)) parts.push(`${count} ${name}`);
    if (parts.length === 2) break;
  }
  return parts.join(' ');
}

interface RelativeTimeProps {
  /** RFC 3339; null shows nothing. */
  readonly at: string | null;
}

/** `5 min ago`; the exact time stands in its title. */
export function RelativeTime({ at }: RelativeTimeProps) {
  const current = useNow();
  if (at === null) return null;
  const distance = current - Date.parse(at);
  const text = distance < -999 ? `in ${formatLength(-distance)}` : `${formatLength(distance)} ago`;
  return (
    <time dateTime={at} title={new Date(at).toLocaleString()} className="whitespace-nowrap">
      {text}
    </time>
  );
}
