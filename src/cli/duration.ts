const units: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

export const DURATION_FORM = 'a duration such as 90s, 10m, 2h or 1h30m (units ms, s, m, h, d)';

/** Read `90s`, `1h30m`, `1.5h` or `0` as milliseconds; undefined when it is none of these. */
export function parseDuration(text: string): number | undefined {
  if (text === '0') return 0;
  if (!/^(\d{1,9}(\.\d{1,3})?(ms|s|m|h|d))+$/.test(text)) return undefined;
  let ms = 0;
  for (const [, amount = '', unit = ''] of text.matchAll(/([\d.]+)(ms|s|m|h|d)/g)) {
    ms += Number(amount) * (units[unit] ?? 0);
  }
  return Math.round(ms);
}

/** Write a length of time for people, in its two largest units: `1h 30m`, `12s`, `340ms`. */
export function formatDuration(ms: number): string {
  if (ms < 1_000) return `${Math.max(0, Math.round(ms))}ms`;
  const parts = (['d', 'h', 'm', 's'] as const).reduce<{ rest: number; words: string[] }>(
    ({ rest, words }, unit) => {
      const size = units[unit] ?? 1;
      const count = Math.floor(rest / size);
      return {
        rest: rest - count * size,
        words: count > 0 ? [...words, `${count}${unit}`] : words,
      };
    },
    { rest: ms, words: [] },
  );
  return parts.words.slice(0, 2).join(' ');
}

/** Name a moment by the clock, with its day unless that is today: `15:00`, `Tue, 24 Nov, 15:00`. */
export function formatClock(at: number, now: number): string {
  const time = { hour: '2-digit', minute: '2-digit' } as const;
  const day = { weekday: 'short', day: 'numeric', month: 'short' } as const;
  const date = new Intl.DateTimeFormat('en-GB', { dateStyle: 'short' });
  const isToday = date.format(at) === date.format(now);
  return new Intl.DateTimeFormat('en-GB', isToday ? time : { ...day, ...time }).format(at);
}

/** Say how far a moment lies from now: `3m ago`, `in 20s`, `now`. */
export function formatMoment(at: number, now: number): string {
  const distance = Math.abs(now - at);
  if (distance < 1_000) return 'now';
  const [largest = ''] = formatDuration(distance).split(' ');
  return at <= now ? `${largest} ago` : `in ${largest}`;
}
