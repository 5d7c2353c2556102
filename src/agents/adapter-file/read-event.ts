import type { HookEvent, Meaning, ModelUsage } from '../adapter.ts';
import type { Answer, Dialog } from '../agent.ts';
import { findResetTime } from '../reset-time.ts';
import type { AdapterFile, HookRule } from './schema.ts';
import { valueAt, textAt, countAt } from './json-path.ts';

type FileEvent = Pick<HookEvent, 'name' | 'at' | 'payload' | 'reply'>;

/** Say what a hook event means by the rules of an adapter file. */
export function readFileEvent({ hooks }: AdapterFile, event: FileEvent): Meaning | undefined {
  const { name, payload } = event;
  const rule = hooks[name];
  if (rule === undefined) return undefined;
  const isMeant = Object.entries(rule.if ?? {}).every(
    ([path, text]) => textAt(payload, path) === text,
  );
  return isMeant ? meaningOf(rule, event) : undefined;
}

function meaningOf(rule: HookRule, event: FileEvent): Meaning {
  const { means } = rule;
  const { payload, reply } = event;
  switch (means) {
    case 'session-started':
    case 'working':
    case 'session-ended':
      return { kind: means };
    case 'prompt-submitted':
      return { kind: means, text: textAt(payload, rule.text) };
    case 'asking':
      return { kind: means, dialog: { ...readDialog(rule, payload), reply } };
    case 'turn-ended': {
      const tasks = valueAt(payload, rule.background);
      const backgroundTasks = Array.isArray(tasks)
        ? tasks.length
        : countAt(payload, rule.background);
      return { kind: means, backgroundTasks };
    }
    case 'failed':
      return readFailure(rule, event);
    default:
      return means satisfies never;
  }
}

function readFailure(rule: HookRule, { name, at, payload }: FileEvent): Meaning {
  const said = textAt(payload, rule.message)?.slice(0, 500);
  const message = said ?? `The program reports a failure (${name}).`;
  const isSaid = (one: RegExp): boolean => one.test(message);
  if (rule.quota?.some(isSaid) === true) {
    return {
      kind: 'failed',
      failure: 'quota',
      message,
      retryAt: findResetTime(message, { now: at }),
    };
  }
  const isPermanent = rule.permanent?.some(isSaid) === true;
  return { kind: 'failed', failure: isPermanent ? 'permanent' : 'transient', message };
}

function readDialog(rule: HookRule, payload: unknown): Dialog {
  const name = textAt(payload, rule.tool);
  const subject = rule.subject?.flatMap((path) => textAt(payload, path) ?? [])[0];
  const asked = textAt(payload, rule.question) ?? `${name ?? 'a tool'}: ${subject ?? ''}`;
  const choices = valueAt(payload, rule.choices);
  // What the tool is to work on is not where the file says: no policy can judge it.
  const isUnclear = name === undefined || (rule.subject !== undefined && subject === undefined);
  return {
    kind: rule.kind ?? 'permission',
    question: asked.replaceAll(/\s+/g, ' ').trim().slice(0, 300),
    choices: Array.isArray(choices) ? choices.map(String) : [],
    ...(isUnclear ? {} : { tool: { name, subject: subject ?? '' } }),
  };
}

/** What a hook that waits prints for this answer; undefined when it has no words for it. */
export function replyOf(
  { hooks }: AdapterFile,
  answer: Answer,
  { name }: Pick<HookEvent, 'name'>,
): string | undefined {
  const { allow, deny } = hooks[name] ?? {};
  if (answer.kind === 'allow') return allow;
  if (answer.kind !== 'deny') return undefined;
  const message = JSON.stringify(answer.message ?? 'Not allowed. Do without it.').slice(1, -1);
  return deny?.replaceAll('{message}', () => message);
}

/** Read the tokens of each event that tells them; undefined when none did. */
export function readFileUsage(
  { usage }: AdapterFile,
  events: readonly Pick<HookEvent, 'name' | 'payload'>[],
): readonly ModelUsage[] | undefined {
  const told = events.filter(({ name }) => name === usage?.event);
  if (usage === undefined || told.length === 0) return undefined;
  return told.map(({ payload }) => ({
    model: textAt(payload, usage.model),
    inputTokens: countAt(payload, usage.input),
    outputTokens: countAt(payload, usage.output),
    cacheReadTokens: countAt(payload, usage.cacheRead),
    cacheWriteTokens: countAt(payload, usage.cacheWrite),
  }));
}
