import type { Screen, ScreenReading } from '../adapter.ts';
import type {
  AgentRequest,
  Decision,
  PermissionPolicy,
  PermissionRule,
  ToolUse,
} from '../agent.ts';
import { decide, fixedDecision } from '../policy.ts';
import { type Choices, findList, findRow, pressed } from './choices.ts';
import type { ScreenRules } from './rules.ts';
import type { DialogRule, ListRule } from './schema.ts';

type Asking = Extract<ScreenReading, { readonly kind: 'asking' }>;

/** Longest question that is handed on; a command to be permitted may fill the screen. */
const LONGEST_QUESTION = 300;

/** Longest text that a rule is held against; see `pattern`. */
const LONGEST_TEXT = 10_000;

/** Whose dialogs they are: without a policy a person answers all but that of trust. */
export type DialogRequest = Pick<AgentRequest, 'isDirectoryOurs'> &
  Partial<Pick<AgentRequest, 'policy'>>;

/** Read the dialog that a screen shows; undefined when none of the rules fits. */
export function readDialog(
  screen: Screen,
  { dialogs }: ScreenRules,
  request: DialogRequest,
): Asking | undefined {
  for (const [rule, list] of dialogs) {
    const found = findDialog(screen, rule, list);
    if (found === undefined) continue;
    return found.isMade ? undefined : asking(rule, found, request);
  }
  return undefined;
}

interface Found {
  readonly choices: Choices;
  /** The whole dialog and what stands before its choices, each in one line. */
  readonly text: string;
  readonly before: string;
  /** A choice was made and is still drawn: no more key belongs to the dialog. */
  readonly isMade: boolean;
}

function findDialog(screen: Screen, rule: DialogRule, list: ListRule): Found | undefined {
  const rows = screen.rows.map((row) => withoutBorder(row, list.border));
  const choices = findChoices(screen, rows, rule, list);
  if (choices === undefined) return undefined;
  const start =
    rows.findLastIndex(
      (row, index) => index < choices.firstRow && list.begins?.test(row) === true,
    ) + 1;
  const text = joined(rows.slice(start), list);
  if (!rule.shows.every((one) => one.test(text))) return undefined;
  const before = joined(rows.slice(start, choices.firstRow), list);
  const isMade = choices.texts.some((choice) => list.made?.test(choice) === true);
  return { choices, text, before: before === '' ? text : before, isMade };
}

// oxlint-disable-next-line max-params -- the screen twice: as drawn, and without borders
function findChoices(
  screen: Screen,
  rows: readonly string[],
  rule: DialogRule,
  list: ListRule,
): Choices | undefined {
  if (rule.row !== undefined) return findRow(screen, rule.row);
  const found = findList(rows, { pointer: list.pointer, keys: rule.keys ?? list.keys });
  const isPlain = rule.plain === true || rule.press !== undefined;
  if (!isPlain) return found;
  return found === undefined ? pressed(rule.press ?? {}, rows.length) : undefined;
}

function asking(
  rule: DialogRule,
  { choices, text, before }: Found,
  request: DialogRequest,
): Asking {
  const { texts, selected, keys } = choices;
  const tool = readTool(rule.tool, text);
  const wanted = automaticRule(rule, tool, request);
  const automatic = wanted === undefined ? -1 : texts.findIndex((choice) => wanted.test(choice));
  const asked = groupOf(rule.question, text, 'question') ?? before;
  const pointsAt = texts[selected];
  const at = pointsAt === undefined ? '' : `, "${pointsAt}" selected in row ${choices.row + 1}`;
  // To whoever answers step by step, a dialog with a moved pointer is the next dialog.
  const moved = automatic < 0 || pointsAt === undefined ? '' : ` (the pointer is on "${pointsAt}")`;
  return {
    kind: 'asking',
    detail: `${rule.kind} dialog${at}`,
    dialog: {
      kind: rule.kind,
      question: `${asked.slice(0, LONGEST_QUESTION)}${moved}`,
      choices: texts,
      ...(tool === undefined ? {} : { tool }),
    },
    keys,
    automatic: automatic < 0 ? undefined : automatic,
  };
}

/** The choice that may be made without a person, if there is one. */
function automaticRule(
  { forOurDirectory, allow, deny }: DialogRule,
  tool: ToolUse | undefined,
  { isDirectoryOurs, policy }: DialogRequest,
): RegExp | undefined {
  if (forOurDirectory !== undefined) return isDirectoryOurs ? forOurDirectory : undefined;
  const decision = policy && decideBySight(policy, tool);
  switch (decision) {
    case 'allow':
      return allow;
    case 'deny':
      return deny;
    case 'ask':
    case undefined:
      return undefined;
    default:
      return decision satisfies never;
  }
}

/**
 * What is drawn may be cut off, and has lost its line ends: no pattern can be held against it. A
 * rule that has one makes it a person's matter.
 */
function decideBySight(policy: PermissionPolicy, tool: ToolUse | undefined): Decision {
  if (tool === undefined) return fixedDecision(policy) ?? 'ask';
  const rules = policy.rules.map((rule): PermissionRule => {
    const isForAll = rule.subject === undefined || /^\*+$/.test(rule.subject);
    return isForAll ? rule : { ...rule, decision: 'ask', subject: undefined };
  });
  return decide({ ...policy, rules }, tool);
}

function readTool(rule: DialogRule['tool'], text: string): ToolUse | undefined {
  if (rule === undefined) return undefined;
  const name = typeof rule.name === 'string' ? rule.name : groupOf(rule.name, text, 'name');
  const subject = rule.subject === undefined ? '' : groupOf(rule.subject, text, 'subject');
  return name === undefined || subject === undefined ? undefined : { name, subject };
}

/** The group of this name, else all that fitted. */
function groupOf(rule: RegExp | undefined, text: string, group: string): string | undefined {
  const found = rule?.exec(text);
  return found?.groups?.[group] ?? found?.[0];
}

function withoutBorder(row: string, border: string | undefined): string {
  if (border === undefined) return row;
  const from = row.indexOf(border);
  if (from < 0 || row.slice(0, from).trim() !== '') return row;
  const inner = row.slice(from + border.length);
  return (inner.endsWith(border) ? inner.slice(0, -border.length) : inner).trimEnd();
}

/** One line out of many: without what the rules leave out, and the blanks between columns. */
function joined(rows: readonly string[], { ignore = [] }: ListRule): string {
  return rows
    .map((row) => row.trim())
    .filter((row) => row !== '' && !ignore.some((one) => one.test(row)))
    .join(' ')
    .replaceAll(/\s+/g, ' ')
    .slice(0, LONGEST_TEXT);
}
