import type { Screen, ScreenReading } from '../adapter.ts';
import type { Failure } from '../agent.ts';
import { findResetTime } from '../reset-time.ts';
import { type Composer, findComposer } from './composer.ts';
import { type DialogRequest, readDialog } from './dialog.ts';
import type { ScreenRules } from './rules.ts';

/** Longest row and highest screen that are looked at: rules are not held against more. */
const LONGEST_ROW = 1_000;
const MOST_ROWS = 500;

/**
 * Read a screen by the rules of its CLI: the composer, else a dialog, else unknown. Pure.
 *
 * Only the composer's own place counts: the same signs in the text above it prove nothing, for a
 * model can print them. `now` is the wall time in ms; "resets at 3 pm" is reckoned from it.
 */
// oxlint-disable-next-line max-params -- the contract's two, by which rules, and when
export function readScreen(
  rules: ScreenRules,
  whole: Screen,
  request: DialogRequest,
  now: number,
): ScreenReading {
  const screen = bounded(whole);
  for (const rule of rules.composers) {
    const composer = findComposer(screen, rule);
    if (composer !== undefined) return atComposer(rules, composer, now);
  }
  const dialog = readDialog(screen, rules, request);
  if (dialog !== undefined) return dialog;
  const text = screen.rows.join('\n');
  const end = rules.deadEnds
    .map((rule) => rule.exec(text)?.[0])
    .find((found) => found !== undefined);
  const detail = end === undefined ? 'neither the composer nor a known dialog' : `it says: ${end}`;
  return { kind: 'unknown', detail };
}

function atComposer(
  rules: ScreenRules,
  { row, text, above, below }: Composer,
  now: number,
): ScreenReading {
  const signs = rules.busy.flatMap((rule) => [
    ...(rule.below === undefined ? [] : signIn(below, rule.below, 'below')),
    ...(rule.above === undefined ? [] : signIn(above.slice(-rule.rows), rule.above, 'above')),
  ]);
  const at = `row ${row + 1}`;
  const [sign] = signs;
  if (sign !== undefined)
    return { kind: 'busy', detail: `${sign} the composer, ${at}`, composer: text };
  const ready = { kind: 'ready', detail: `the composer waits, ${at}`, composer: text } as const;
  const failure = findFailure(rules, above, now);
  return failure === undefined ? ready : { ...ready, failure };
}

function signIn(rows: readonly string[], rule: RegExp, side: string): readonly string[] {
  return rows.flatMap((row) => {
    const found = rule.exec(row)?.[0].trim();
    return found === undefined ? [] : [`"${found}" ${side}`];
  });
}

/** A message wraps, so each row is read together with those below it. */
function findFailure(
  { failures }: ScreenRules,
  above: readonly string[],
  now: number,
): Failure | undefined {
  for (const { failure, shows, rows } of failures) {
    const last = above.slice(-rows).map((row) => row.trim());
    const start = last.findLastIndex((_, index) => shows.test(last.slice(index).join(' ')));
    if (start < 0) continue;
    const text = last.slice(start).join(' ');
    const retryAt = failure === 'quota' ? findResetTime(text, { now }) : undefined;
    return { failure, message: text.slice(0, 500), ...(retryAt === undefined ? {} : { retryAt }) };
  }
  return undefined;
}

function bounded({ rows, styledRows }: Screen): Screen {
  return {
    rows: rows.slice(-MOST_ROWS).map((row) => row.slice(0, LONGEST_ROW)),
    // Each character may have its own colour.
    styledRows: styledRows.slice(-MOST_ROWS).map((row) => row.slice(0, 20 * LONGEST_ROW)),
  };
}
