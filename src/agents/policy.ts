import { posix } from 'node:path';
import { CodedError } from '../base/index.ts';
import type { AgentRequest, Decision, PermissionPolicy, PermissionRule, ToolUse } from './agent.ts';
import { readCommandLine } from './command-line.ts';

/**
 * Say what a policy makes of a tool: of the rules that fit the strictest counts, `deny` before
 * `ask` before `allow`; where none fits, `otherwise`.
 *
 * A subject that can be read in two ways counts as what is stricter. Of a command line each part
 * counts by itself: one that is denied denies the whole, and the whole is allowed only when every
 * part is.
 */
export function decide({ rules, otherwise }: PermissionPolicy, tool: ToolUse): Decision {
  const own = rules.filter((rule) => matches(rule.tool.toLowerCase(), tool.name.toLowerCase()));
  const strict = strictReadings(tool);
  const fits = ({ subject }: PermissionRule): boolean =>
    subject === undefined || strict.some((reading) => matches(subject, reading));
  const of = (decision: Decision): readonly PermissionRule[] =>
    own.filter((rule) => rule.decision === decision);
  if (of('deny').some(fits)) return 'deny';
  if (of('ask').some(fits)) return 'ask';
  return isAllowed(of('allow'), tool) ? 'allow' : otherwise;
}

/** What a policy says to every tool alike; undefined when it depends on the tool, or on a person. */
export function fixedDecision({
  rules,
  otherwise,
}: PermissionPolicy): 'allow' | 'deny' | undefined {
  return rules.length > 0 || otherwise === 'ask' ? undefined : otherwise;
}

/** The same of an agent for as long as it lives. */
export function fixedDecisionOf({
  policy,
  mode,
}: Pick<AgentRequest, 'policy' | 'mode'>): 'allow' | 'deny' | undefined {
  // A conversation goes on under the policy of the next job.
  return mode === 'persistent' ? undefined : fixedDecision(policy);
}

/** The rules that may forbid what a CLI would ask nobody for. */
export function strictRules({ rules }: PermissionPolicy): readonly PermissionRule[] {
  return rules.filter(({ decision }) => decision !== 'allow');
}

/** Say what those alone make of a tool. What they let pass the CLI asks for as it always does. */
export function decideStrict(policy: PermissionPolicy, tool: ToolUse): Decision {
  return decide({ otherwise: 'allow', rules: strictRules(policy) }, tool);
}

/** Whether somebody is there to be asked. */
export function asksPeople({ rules, otherwise }: PermissionPolicy): boolean {
  return otherwise === 'ask' || rules.some(({ decision }) => decision === 'ask');
}

/** The policy as a program reads it that the agent calls; empty where it forbids nothing. */
export function formatPolicy(policy: PermissionPolicy): string {
  return strictRules(policy).length > 0 ? JSON.stringify(policy) : '';
}

export function parsePolicy(text: string): PermissionPolicy {
  return JSON.parse(text);
}

/** Whether rules to allow cover all of it; what cannot be read for certain is covered by `*` alone. */
function isAllowed(rules: readonly PermissionRule[], tool: ToolUse): boolean {
  if (rules.some(({ subject = '*' }) => /^\*+$/.test(subject))) return true;
  const parts = certainReadings(tool);
  if (parts === undefined || parts.length === 0) return false;
  return parts.every((part) => rules.some(({ subject = '*' }) => matches(subject, part)));
}

/** What the subject certainly does, each part of it; undefined when nobody can say. */
function certainReadings({ subject, kind }: ToolUse): readonly string[] | undefined {
  switch (kind) {
    case 'text':
      return [subject];
    case 'path':
      return normalPath(subject);
    case 'command':
      return readCommandLine(subject).certain;
    case undefined: {
      const paths = subject.startsWith('/') ? normalPath(subject) : [subject];
      const parts = readCommandLine(subject).certain;
      return paths && parts && [subject, ...paths, ...parts];
    }
    default:
      return kind satisfies never;
  }
}

/** Everything that the subject may do. */
function strictReadings({ subject, kind }: ToolUse): readonly string[] {
  const paths = kind === 'command' || kind === 'text' ? [] : (normalPath(subject) ?? []);
  const parts = kind === 'path' || kind === 'text' ? [] : readCommandLine(subject).possible;
  return [subject, ...paths, ...parts];
}

/** Without `..`, `.` and double slashes, so that no way around a pattern is left. */
function normalPath(path: string): readonly string[] | undefined {
  if (!path.startsWith('/')) return undefined;
  // POSIX leaves two slashes at the start to the system; ours take them for one.
  return [posix.normalize(path.replace(/^\/+/, '/'))];
}

/**
 * Whether a text as a whole fits a pattern, in which `*` stands for any characters. Takes time in
 * proportion to both lengths multiplied, whatever the pattern is.
 */
export function matches(pattern: string, text: string): boolean {
  let [at, from] = [0, 0];
  let [star, retry] = [-1, 0];
  while (from < text.length) {
    if (pattern[at] === '*') {
      star = at;
      at += 1;
      retry = from;
    } else if (at < pattern.length && pattern[at] === text[from]) {
      at += 1;
      from += 1;
    } else if (star >= 0) {
      at = star + 1;
      retry += 1;
      from = retry;
    } else return false;
  }
  return /^\**$/.test(pattern.slice(at));
}

/** A permission rule that is none, or that could never fit. */
export class BadRuleError extends CodedError {
  constructor(rule: string, problem: string) {
    super('agent.bad-rule', `The permission rule "${rule}" cannot be used: ${problem}.`, {
      facts: { rule, problem },
      todo: 'See docs/permissions.md for how rules are written',
    });
  }
}

/** Tools of known CLIs that work on a file: a pattern for them is a path. */
const fileTools = /^(?:edit|multiedit|notebookedit|read|write|write_file|read_file|replace)$/i;

/**
 * Read a rule as people write it: `Bash(npm test*)`, `Write(/srv/app/**)`, `mcp__github__*`.
 *
 * @throws {BadRuleError} it is none, or one that could never fit.
 */
export function parseRule(decision: Decision, text: string): PermissionRule {
  const form = /^(?<tool>[\w*.:/-]{1,200})(?:\((?<subject>[\s\S]*)\))?$/.exec(text.trim());
  const { tool, subject } = form?.groups ?? {};
  if (tool === undefined) {
    throw new BadRuleError(text, 'a rule is TOOL or TOOL(PATTERN), as in Bash(npm test*)');
  }
  if (subject === undefined) return { decision, tool, subject };
  if (subject.trim() === '') {
    throw new BadRuleError(text, `leave out the parentheses to mean every use of ${tool}`);
  }
  if (subject.endsWith(':*')) {
    const wanted = `${tool}(${subject.slice(0, -2)}*)`;
    throw new BadRuleError(text, `":*" has no meaning of its own here; write ${wanted}`);
  }
  if (fileTools.test(tool)) checkPath(text, subject);
  return { decision, tool, subject };
}

/** A pattern that no path of an agent can fit would be taken for a fence. */
function checkPath(text: string, pattern: string): void {
  const isAbsolute = /^[/*]/.test(pattern);
  const isNormal = !/\/\/|\/\.{1,2}(?:\/|$)/.test(pattern);
  if (!isAbsolute) throw new BadRuleError(text, 'paths are absolute; begin it with / or *');
  if (!isNormal) throw new BadRuleError(text, 'write the path without //, /. and /..');
  if (pattern.endsWith('/'))
    throw new BadRuleError(text, 'end it with /** to mean what lies below');
}
