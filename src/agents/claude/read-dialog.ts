import type { KeyName } from '../../tmux/index.ts';
import type { ScreenReading } from '../adapter.ts';
import type { AgentRequest } from '../agent.ts';
import {
  type DialogRule,
  dialogRules,
  plainDialogRules,
  screenRules,
  trustChoice,
} from './rules.ts';

type Asking = Extract<ScreenReading, { readonly kind: 'asking' }>;

interface Choice {
  readonly row: number;
  readonly text: string;
  readonly isSelected: boolean;
}

/** Drawn behind a choice that was made, until the dialog goes away: no more key belongs to it. */
const answered = / ✔$/;

/** Longest question that is handed on; a command to be permitted may fill the screen. */
const LONGEST_QUESTION = 300;

/** Read the dialog that a screen shows; undefined when none of the rules fits. */
export function readDialog(
  rows: readonly string[],
  { isDirectoryOurs }: Pick<AgentRequest, 'isDirectoryOurs'>,
): Asking | undefined {
  const choices = findChoices(rows);
  const [first] = choices;
  if (first === undefined) return readPlainDialog(rows);
  const start = rows.findLastIndex((row, index) => index < first.row && isLine(row)) + 1;
  const text = joined(rows.slice(start));
  const rule = dialogRules.find(({ shows }) => shows.test(text));
  if (rule === undefined || choices.some((choice) => answered.test(choice.text))) return undefined;

  const texts = choices.map((choice) => choice.text);
  const selected = choices.findIndex(({ isSelected }) => isSelected);
  const isTrustOurs = rule.kind === 'trust' && isDirectoryOurs;
  const trusted = isTrustOurs ? texts.findIndex((choice) => trustChoice.test(choice)) : -1;
  const asked = question(rule, text, joined(rows.slice(start, first.row)));
  const pointsAt = texts[selected] ?? '';
  return {
    kind: 'asking',
    detail: `${rule.kind} dialog, "${pointsAt}" selected in row ${(choices[selected]?.row ?? 0) + 1}`,
    dialog: {
      kind: rule.kind,
      // To whoever answers step by step, a dialog with a moved pointer is the next dialog.
      question: trusted < 0 ? asked : `${asked} (the pointer is on "${pointsAt}")`,
      choices: texts,
    },
    keys: choices.map((_, index) => keysFor(selected, index, choices.length - 1)),
    automatic: trusted < 0 ? undefined : trusted,
  };
}

function readPlainDialog(rows: readonly string[]): Asking | undefined {
  const text = joined(rows);
  const rule = plainDialogRules.find(({ shows }) => shows.test(text));
  if (rule === undefined) return undefined;
  const dialog = { kind: rule.kind, question: question(rule, text, text), choices: [] };
  return { kind: 'asking', detail: `${rule.kind} dialog`, dialog, keys: [], automatic: undefined };
}

/** The list around the lowest pointer, top choice first; empty when there is none. */
function findChoices(rows: readonly string[]): readonly Choice[] {
  const selected = rows.findLastIndex((row) => /^ {0,3}❯ \S/.test(row));
  const row = rows[selected];
  if (row === undefined) return [];
  const numbered = rows.map((text, index) => ({ index, number: numberOf(text) }));
  const own = numberOf(row);
  if (own === undefined) return contiguousChoices(rows, selected);

  const found = [choiceAt(rows, selected, true)];
  // Descriptions and lines may stand between two choices, so the numbers lead.
  let next = own - 1;
  for (const { index, number } of numbered.slice(0, selected).toReversed()) {
    if (next < 1) break;
    if (number !== next) continue;
    found.unshift(choiceAt(rows, index, false));
    next -= 1;
  }
  next = own + 1;
  for (const { index, number } of numbered.slice(selected + 1)) {
    if (number !== next) continue;
    found.push(choiceAt(rows, index, false));
    next += 1;
  }
  return found;
}

/** Without numbers, a list is the rows above and below the pointer that begin in its column. */
function contiguousChoices(rows: readonly string[], selected: number): readonly Choice[] {
  const column = columnOf(rows[selected] ?? '');
  const isChoice = (index: number): boolean => columnOf(rows[index] ?? '') === column;
  let top = selected;
  while (isChoice(top - 1)) top -= 1;
  let bottom = selected;
  while (isChoice(bottom + 1)) bottom += 1;
  return Array.from({ length: bottom - top + 1 }, (_, offset) =>
    choiceAt(rows, top + offset, top + offset === selected),
  );
}

function choiceAt(rows: readonly string[], row: number, isSelected: boolean): Choice {
  const text = (rows[row] ?? '').replace(/^\s*❯?\s*✔?\s*(?:\d+\. )?/, '').trimEnd();
  return { row, text, isSelected };
}

function numberOf(row: string): number | undefined {
  const number = /^\s*(?:❯ )?(?<number>\d+)\. \S/.exec(row)?.groups?.['number'];
  return number === undefined ? undefined : Number(number);
}

function columnOf(row: string): number {
  return row.search(/[^\s❯✔]/);
}

/**
 * Only the moves while another choice is selected: Enter follows when the screen shows that the
 * pointer has arrived. A blind Enter would take whatever this version selects by default.
 *
 * The pages' keys stop at the ends of a list. The arrows go round, so that one pressed twice,
 * because a slow program had not drawn the first, would be back where it was.
 */
function keysFor(selected: number, wanted: number, last: number): readonly KeyName[] {
  if (selected === wanted) return ['Enter'];
  if (wanted === 0) return ['PageUp'];
  if (wanted === last) return ['PageDown'];
  const key = wanted > selected ? 'Down' : 'Up';
  return Array.from({ length: Math.abs(wanted - selected) }, () => key);
}

function question(rule: DialogRule, whole: string, before: string): string {
  const found = rule.question?.exec(whole)?.groups?.['question'] ?? before;
  return found.slice(0, LONGEST_QUESTION);
}

/** One line out of many: without drawn lines, tips and the blanks between columns. */
function joined(rows: readonly string[]): string {
  return rows
    .map((row) => row.trim())
    .filter((row) => row !== '' && !isLine(row) && !screenRules.dashedLine.test(row))
    .filter((row) => !row.startsWith('Tip: '))
    .join(' ')
    .replaceAll(/\s+/g, ' ');
}

function isLine(row: string): boolean {
  return screenRules.line.test(row.trim());
}
