import type { HookEvent } from '../adapter.ts';
import type { Answer, Dialog } from '../agent.ts';
import { readToolUse } from './tool-use.ts';

const ALLOW = 'Allow';
const DENY = 'Deny';

/** What a hook that waits asks, before a tool is used or before it may leave the sandbox. */
export function readQuestion({ payload, reply }: Pick<HookEvent, 'payload' | 'reply'>): Dialog {
  const tool = readToolUse(payload);
  const question = `${tool.name}: ${tool.subject}`.replaceAll(/\s+/g, ' ').trim().slice(0, 300);
  return { kind: 'permission', question, choices: [ALLOW, DENY], tool, reply };
}

/** What the hook prints to give this answer; undefined when it cannot. */
export function replyToCodex(
  answer: Answer,
  { choices }: Dialog,
  { name }: Pick<HookEvent, 'name'>,
): string | undefined {
  const choice = answer.kind === 'choice' ? choices[answer.choice] : undefined;
  if (answer.kind === 'allow' || choice === ALLOW) return allow(name);
  if (answer.kind === 'deny') return deny(name, answer.message);
  return choice === DENY ? deny(name) : undefined;
}

/** What a PermissionRequest hook prints that tells everything the same. */
export function fixedReply(decision: 'allow' | 'deny'): string {
  const message = 'This job may do nothing that needs a permission. Do without it.';
  return decision === 'allow' ? allow('PermissionRequest') : deny('PermissionRequest', message);
}

/** What a PreToolUse hook prints that lets or forbids. */
export function verdict(decision: 'allow' | 'deny'): string {
  const message = 'A rule of this job forbids it. Do without it.';
  return decision === 'allow' ? allow('PreToolUse') : deny('PreToolUse', message);
}

function allow(hook: string): string {
  // Before a tool there is nothing to allow: Codex refuses a hook that says so.
  return hook === 'PreToolUse' ? '{}' : output(hook, { decision: { behavior: 'allow' } });
}

function deny(hook: string, message = 'You may not do that. Do without it.'): string {
  return hook === 'PreToolUse'
    ? output(hook, { permissionDecision: 'deny', permissionDecisionReason: message })
    : output(hook, { decision: { behavior: 'deny', message } });
}

function output(hookEventName: string, fields: object): string {
  return JSON.stringify({ hookSpecificOutput: { hookEventName, ...fields } });
}
