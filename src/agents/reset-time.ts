const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** Nothing is put off for longer, whatever a text says. */
export const LONGEST_RESET_MS = 8 * DAY_MS;
/** A moment that is further away was not meant, or not read right. */
const FURTHEST_MS = 32 * DAY_MS;
/** A limit may be told a moment after its own reset; it is then lifted soon. */
const JUST_PASSED_MS = 10 * MINUTE_MS;

export interface ResetContext {
  /** Wall time in ms at which it was said. */
  readonly now: number;
  /** Of a time that names no zone; an IANA name. Undefined takes this machine's. */
  readonly timeZone?: string | undefined;
}

/**
 * Find in what a CLI or an API says when a usage limit is lifted: wall time in ms, after `now` and
 * at most 8 days after it. Undefined when the text does not say it, or says a time that has passed.
 *
 * Read are seconds since 1970, `retry-after: 30`, ISO times, spans (`in 5h 12m`, `after 8h44m7s`)
 * and times of a clock with or without a day and a zone (`resets 3pm (Europe/Berlin)`, `resets Nov
 * 24, 3:30pm`, `try again at Sep 27th, 2026 11:42 PM`). Pure.
 */
export function findResetTime(text: string, context: ResetContext): number | undefined {
  const { now } = context;
  const words = text.slice(0, 2_000);
  const found =
    readEpoch(words) ??
    readRetryAfter(words, now) ??
    readIso(words, context) ??
    readSpan(words, now) ??
    readClock(words, context);
  if (found === undefined || !Number.isFinite(found)) return undefined;
  if (found <= now) return now - found <= JUST_PASSED_MS ? now + MINUTE_MS : undefined;
  return found - now > FURTHEST_MS ? undefined : Math.min(found, now + LONGEST_RESET_MS);
}

/** `limit reached|1749924000`, `"resets_at":1777936568`. */
function readEpoch(text: string): number | undefined {
  const match = /(?:\||resets?_at["']?\s*[:=]\s*)(?<seconds>\d{10})(?!\d)/i.exec(text);
  return match?.groups && Number(match.groups['seconds']) * 1_000;
}

/** `retry-after: 3600`, `"resets_in_seconds":13872`. */
function readRetryAfter(text: string, now: number): number | undefined {
  const rule =
    /(?:retry[-_ ]after|resets?_(?:in|after)_seconds)["']?\s*[:=]?\s*["']?(?<seconds>\d{1,9}(?:\.\d+)?)(?:\s*s\b|\s*seconds?\b)?(?!\s*[\w:])/i;
  const match = rule.exec(text);
  return match?.groups && now + Math.ceil(Number(match.groups['seconds']) * 1_000);
}

/** `2026-11-21T15:00Z`, `2026-12-01 at 00:00 UTC`, `2026-11-21 15:00`. */
function readIso(text: string, { timeZone }: ResetContext): number | undefined {
  const rule =
    /\b(?<year>20\d\d)-(?<month>\d\d)-(?<day>\d\d)(?:T| at | )(?<hour>\d\d):(?<minute>\d\d)(?::\d\d(?:\.\d+)?)?\s?(?<zone>Z|UTC|GMT|[+-]\d\d:?\d\d)?/;
  const groups = rule.exec(text)?.groups;
  if (groups === undefined) return undefined;
  const number = (name: string): number => Number(groups[name]);
  const time = { hour: number('hour'), minute: number('minute') };
  const day = { year: number('year'), month: number('month') - 1, day: number('day') };
  return inZone({ ...day, ...time }, groups['zone'] ?? timeZone);
}

const unitMs: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: MINUTE_MS,
  h: 60 * MINUTE_MS,
  d: DAY_MS,
};
const unit =
  '(?:milliseconds?|ms|days?|d|hours?|hrs?|h|minutes?|mins?|m|seconds?|secs?|s)(?![a-z])';
const part = new RegExp(`(?<count>\\d{1,9}(?:\\.\\d{1,9})?)\\s*(?<unit>${unit})`, 'gi');
const span = new RegExp(
  `\\b(?:in|after|for)\\s+(?<span>(?:\\d{1,9}(?:\\.\\d{1,9})?\\s*${unit}[\\s,]*(?:and\\s+)?)+)`,
  'i',
);

/** `try again in 5 days 22 hours`, `will reset after 8h44m7s`, `retry in 23.5s`. */
function readSpan(text: string, now: number): number | undefined {
  const said = /\b(?:reset|retry|try again|wait|access|available)/i.test(text)
    ? span.exec(text)?.groups?.['span']
    : undefined;
  if (said === undefined) return undefined;
  const parts = Array.from(said.matchAll(part), ({ groups }) => {
    const word = groups?.['unit']?.toLowerCase() ?? '';
    const isMs = word === 'ms' || word.startsWith('milli');
    return Number(groups?.['count']) * (unitMs[isMs ? 'ms' : word.charAt(0)] ?? 0);
  });
  return Math.ceil(parts.reduce((all, one) => all + one, now));
}

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const weekdays = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

/** Where a reset is told, and how far behind it a time of the clock may stand. */
const announcement =
  /\b(?:resets?|try again|retry|regain access|available again)\b(?<rest>.{0,80})/is;
const clock =
  /(?<![\d:.])(?:(?<hour12>1[0-2]|0?[1-9])(?::(?<minute12>[0-5]\d))?(?::[0-5]\d)?\s?(?<half>[ap])\.?m\b|(?<hour24>[01]?\d|2[0-3]):(?<minute24>[0-5]\d))/i;
const dayRules = [
  /\b(?<month>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.? (?<day>\d{1,2})(?:st|nd|rd|th)?\b(?:,? (?<year>20\d\d))?/i,
  /\b(?<day>\d{1,2})(?:st|nd|rd|th)? (?<month>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\b(?:,? (?<year>20\d\d))?/i,
  /\b(?<weekday>sun|mon|tue|wed|thu|fri|sat)(?:[a-z]*day)?\b/i,
  /\b(?<tomorrow>tomorrow)\b/i,
];
const zoneRule =
  /\((?<name>[A-Za-z][\w+-]*(?:\/[\w+-]+)*)\)|\b(?<offset>(?:UTC|GMT)(?:[+-]\d{1,2}(?::?\d\d)?)?)\b/;

/** `resets 3pm (Europe/Berlin)`, `resets Nov 24, 3:30pm`, `Access resets at 10:57 PM GMT-3`. */
function readClock(text: string, context: ResetContext): number | undefined {
  const rest = announcement.exec(text)?.groups?.['rest'] ?? '';
  const time = clock.exec(rest)?.groups;
  if (time === undefined) return undefined;
  const hour12 = (Number(time['hour12']) % 12) + (time['half']?.toLowerCase() === 'p' ? 12 : 0);
  const hour = time['hour24'] === undefined ? hour12 : Number(time['hour24']);
  const minute = Number(time['minute12'] ?? time['minute24'] ?? 0);
  const named = zoneRule.exec(rest)?.groups;
  const zone = named?.['name'] ?? named?.['offset'] ?? context.timeZone;
  const today = dateIn(zone, context.now);
  if (today === undefined) return undefined;
  const day = dayRules
    .map((rule) => rule.exec(rest)?.groups)
    .find((groups) => groups !== undefined);
  const at = (date: Day): number | undefined => inZone({ ...date, hour, minute }, zone);
  return day === undefined ? nextTime(at, today, context.now) : onDay(day, at, today, context.now);
}

interface Day {
  readonly year: number;
  /** From 0; it may run over at either end, and so may `day`. */
  readonly month: number;
  readonly day: number;
}

type AtDay = (date: Day) => number | undefined;

/** Today's, unless it has passed by more than a moment. */
function nextTime(at: AtDay, today: Day, now: number): number | undefined {
  const first = at(today);
  const isOver = first !== undefined && now - first > JUST_PASSED_MS;
  return isOver ? at({ ...today, day: today.day + 1 }) : first;
}

// oxlint-disable-next-line max-params -- what was read, and the three things it is reckoned with
function onDay(
  { month = '', day, year, weekday, tomorrow }: Readonly<Record<string, string | undefined>>,
  at: AtDay,
  today: Day,
  now: number,
): number | undefined {
  if (tomorrow !== undefined) return at({ ...today, day: today.day + 1 });
  if (weekday !== undefined) {
    const ahead = (weekdays.indexOf(weekday.toLowerCase()) - weekdayOf(today) + 7) % 7;
    const first = at({ ...today, day: today.day + ahead });
    const isOver = first !== undefined && now - first > JUST_PASSED_MS;
    return isOver ? at({ ...today, day: today.day + 7 }) : first;
  }
  const date = { year: Number(year ?? today.year), month: months.indexOf(month.toLowerCase()) };
  const found = at({ ...date, day: Number(day) });
  const isLastYears = year === undefined && found !== undefined && now - found > 180 * DAY_MS;
  return isLastYears ? at({ ...date, year: date.year + 1, day: Number(day) }) : found;
}

// It reckons with dates that were given; it does not ask for the time.
// oxlint-disable-next-line no-restricted-globals
const Calendar = Date;

function weekdayOf({ year, month, day }: Day): number {
  return new Calendar(Calendar.UTC(year, month, day)).getUTCDay();
}

function dateIn(zone: string | undefined, at: number): Day | undefined {
  const offset = offsetOf(zone, at);
  if (offset === undefined) return undefined;
  const date = new Calendar(at + offset);
  return { year: date.getUTCFullYear(), month: date.getUTCMonth(), day: date.getUTCDate() };
}

/** The moment at which a zone's clocks show this; undefined for a zone that is not known. */
function inZone(
  wall: Day & { readonly hour: number; readonly minute: number },
  zone: string | undefined,
): number | undefined {
  const asUtc = Calendar.UTC(wall.year, wall.month, wall.day, wall.hour, wall.minute);
  const guess = offsetOf(zone, asUtc);
  if (guess === undefined) return undefined;
  // Around a change of the clocks the offset is another one at the moment itself.
  return asUtc - (offsetOf(zone, asUtc - guess) ?? guess);
}

/** How far a zone's clocks are ahead of UTC, in ms; undefined for a zone that is not known. */
function offsetOf(zone: string | undefined, at: number): number | undefined {
  const fixed =
    /^(?:Z|(?:UTC|GMT)?(?:(?<sign>[+-])(?<hours>\d{1,2})(?::?(?<minutes>\d\d))?)?)$/.exec(
      zone ?? 'local',
    );
  if (fixed !== null) return toOffset(fixed.groups);
  try {
    const format = new Intl.DateTimeFormat('en', {
      ...(zone === undefined ? {} : { timeZone: zone }),
      timeZoneName: 'longOffset',
    });
    const name = format.formatToParts(at).find(({ type }) => type === 'timeZoneName')?.value ?? '';
    const rule = /^GMT(?:(?<sign>[+-])(?<hours>\d\d):(?<minutes>\d\d))?/;
    return toOffset(rule.exec(name)?.groups);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function toOffset(groups: Readonly<Record<string, string | undefined>> | undefined): number {
  const { sign, hours = 0, minutes = 0 } = groups ?? {};
  const ahead = (Number(hours) * 60 + Number(minutes)) * MINUTE_MS;
  return sign === '-' ? -ahead : ahead;
}
