import fc from 'fast-check';
import { expect, test } from 'vitest';
import { findResetTime, LONGEST_RESET_MS } from './reset-time.ts';

/** A Saturday. */
const now = Date.parse('2026-11-21T11:30:00Z');

function found(text: string, timeZone = 'UTC', at = now): string | undefined {
  const ms = findResetTime(text, { now: at, timeZone });
  return ms === undefined ? undefined : new Date(ms).toISOString().replace(/:00\.000Z$/, 'Z');
}

// What Claude Code, Codex and Gemini CLI print, and what their APIs answer.
test.each([
  ["You've hit your session limit · resets 3:30pm (Europe/Berlin)", '2026-11-21T14:30Z'],
  ["You've hit your 5-hour limit · resets 11am (America/New_York)", '2026-11-21T16:00Z'],
  ["You've hit your weekly limit · resets Nov 24, 3:30pm (Europe/Berlin)", '2026-11-24T14:30Z'],
  ["You've hit your limit · resets Nov 25 at 9pm (America/New_York)", '2026-11-26T02:00Z'],
  ["You've hit your limit · resets 1:30am (Asia/Dhaka)", '2026-11-21T19:30Z'],
  [
    'Claude usage limit reached. Your limit will reset at 7pm (Europe/Berlin).',
    '2026-11-21T18:00Z',
  ],
  ['Your limit will reset at 1pm (Etc/GMT+5)', '2026-11-21T18:00Z'],
  ['Claude AI usage limit reached|1795273200', '2026-11-21T15:00Z'],
  ['5-hour limit reached ∙ resets 3pm', '2026-11-21T15:00Z'],
  ['Weekly limit reached · resets Mon 12:00am', '2026-11-23T00:00Z'],
  ['Weekly limit reached · resets Saturday 9am', '2026-11-28T09:00Z'],
  ['You will regain access on 2026-11-27 at 00:00 UTC.', '2026-11-27T00:00Z'],
  ['resets at 2026-11-21T15:00Z', '2026-11-21T15:00Z'],
  ['resets at 2026-11-21T15:00:00+02:00', '2026-11-21T13:00Z'],
  [
    "You've hit your usage limit. Upgrade to Pro or try again in 5 days 22 hours 11 minutes.",
    '2026-11-27T09:41Z',
  ],
  [
    "You've hit your usage limit. Visit https://chatgpt.com/codex/settings/usage or try again at 6:44 PM.",
    '2026-11-21T18:44Z',
  ],
  ["You've hit your usage limit ... or try again at Nov 27th, 2026 4:15 AM.", '2026-11-27T04:15Z'],
  ['try again at Nov 26, 2026, 7:38 AM', '2026-11-26T07:38Z'],
  ['try again in 5h 12m', '2026-11-21T16:42Z'],
  [
    '{"error":{"type":"usage_limit_reached","resets_at":1795273200,"resets_in_seconds":12600}}',
    '2026-11-21T15:00Z',
  ],
  ['{"resets_in_seconds":12600}', '2026-11-21T15:00Z'],
  [
    'You have exhausted your capacity on this model. Your quota will reset after 8h44m7s.',
    '2026-11-21T20:14:07.000Z',
  ],
  ['Your quota will reset after 53s.. Retrying', '2026-11-21T11:30:53.000Z'],
  ['Please retry in 23.5s.', '2026-11-21T11:30:23.500Z'],
  [
    'Usage limit reached for gemini-3-flash-preview. Access resets at 10:57 PM GMT-3.',
    '2026-11-22T01:57Z',
  ],
  ['retry-after: 3600', '2026-11-21T12:30Z'],
  ['Retry-After 90', '2026-11-21T11:31:30.000Z'],
  ['5h limit: 0% left (resets 18:44)', '2026-11-21T18:44Z'],
  ['Weekly limit: 0% left (resets 16:21 on 25 Nov)', '2026-11-25T16:21Z'],
  ['Your limit resets tomorrow at 9am', '2026-11-22T09:00Z'],
])('%s', (text, moment) => {
  expect(found(text)).toBe(moment);
});

test.each([
  ['resets 3pm', 'Europe/Berlin', '2026-11-21T14:00Z'],
  ['resets 3pm', 'America/Los_Angeles', '2026-11-21T23:00Z'],
  ['resets at 2026-11-21 15:00', 'Asia/Tokyo', undefined],
  ['resets at 2026-11-22 15:00', 'Asia/Tokyo', '2026-11-22T06:00Z'],
])('"%s" without a zone is read in %s', (text, zone, moment) => {
  expect(found(text, zone)).toBe(moment);
});

test('the clocks change between now and then', () => {
  const before = Date.parse('2026-10-24T20:00:00Z');
  expect(found('resets 3pm (Europe/Berlin)', 'UTC', before)).toBe('2026-10-25T14:00Z');
  expect(found('resets 1:30am (Europe/Berlin)', 'UTC', before)).toBe('2026-10-24T23:30Z');
});

test('a day of January that is told in December is next year’s', () => {
  const december = Date.parse('2026-12-30T12:00:00Z');
  expect(found('resets Jan 2, 9am (UTC)', 'UTC', december)).toBe('2027-01-02T09:00Z');
});

test('a time that has only just passed is about to be true', () => {
  expect(found('resets 11:28am')).toBe('2026-11-21T11:31Z');
  expect(found('resets 11:15am')).toBe('2026-11-22T11:15Z');
});

test('a moment further away than eight days is looked at again after eight', () => {
  expect(found('You will regain access on 2026-12-01 at 00:00 UTC.')).toBe('2026-11-29T11:30Z');
});

test.each([
  '',
  'API Error: Request rejected (429)',
  'Server is temporarily limiting requests (not your usage limit)',
  'resets soon',
  'resets 3pm (Middle/Earth)',
  'resets 25:00',
  'try again at Aug 20, 2026, 7:38 AM',
  'You will regain access on 2027-12-01 at 00:00 UTC.',
  'it took 5 minutes',
  'limit of 10,000 input tokens per minute in 3 requests',
])('nobody knows when: "%s"', (text) => {
  expect(found(text)).toBeUndefined();
});

const moments = fc.integer({ min: Date.parse('2026-01-01'), max: Date.parse('2028-12-31') });
const zones = fc.constantFrom(
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'Asia/Kolkata',
  'Pacific/Auckland',
  'America/St_Johns',
);

test('a time of the clock is the next such time in its zone, within a day', () => {
  const times = fc.record({
    // Before four, an hour may be left out or come twice when the clocks change.
    hour: fc.integer({ min: 4, max: 23 }),
    minute: fc.integer({ min: 0, max: 59 }),
  });
  fc.assert(
    fc.property(moments, zones, times, (at, zone, { hour, minute }) => {
      const half = hour < 12 ? 'am' : 'pm';
      const text = `resets ${hour % 12 || 12}:${String(minute).padStart(2, '0')}${half} (${zone})`;
      const ms = findResetTime(text, { now: at, timeZone: 'UTC' }) ?? 0;
      const shown = new Intl.DateTimeFormat('en-GB', {
        timeZone: zone,
        hour: '2-digit',
        minute: '2-digit',
      }).format(ms);
      const wanted = `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`;
      const isSoon = ms === at + 60_000;
      expect(isSoon || shown === wanted).toBe(true);
      expect(ms).toBeGreaterThan(at);
      expect(ms).toBeLessThanOrEqual(at + 25 * 3_600_000);
    }),
  );
});

test('whatever is said, the answer lies in the next eight days or is unknown', () => {
  const words = fc.constantFrom(
    'resets',
    'reset',
    'try again',
    'retry-after:',
    'at',
    'in',
    'after',
    'on',
    '3pm',
    '15:00',
    '99',
    'Nov 24,',
    'Feb 30',
    'Mon',
    'tomorrow',
    '2026-11-30T10:00Z',
    '2031-01-01 00:00',
    '(UTC)',
    '(Europe/Berlin)',
    'GMT-3',
    '5h',
    '12m',
    '9999999 days',
    '|1795273200',
    '0s',
    '-1h',
    '12:60am',
  );
  const texts = fc.oneof(
    fc.array(words, { maxLength: 8 }).map((all) => all.join(' ')),
    fc.string(),
  );
  fc.assert(
    fc.property(moments, zones, texts, (at, timeZone, text) => {
      const ms = findResetTime(text, { now: at, timeZone });
      expect(ms === undefined || (ms > at && ms <= at + LONGEST_RESET_MS)).toBe(true);
    }),
    { numRuns: 2_000 },
  );
});
