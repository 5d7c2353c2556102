import { z } from 'zod';
import type { JobBody } from '../../../src/contract/index.ts';

const text = z.string().catch('');

/** The form as it is typed; empty is left out. */
const draftSchema = z.object({
  prompt: text,
  agent: text,
  template: text,
  session: text,
  model: text,
  /** Program and arguments of the agent `command`, one a line. */
  command: text,
  permission: z.enum(['', 'ask', 'allow', 'deny']).catch(''),
  mode: z.enum(['', 'one-shot', 'persistent']).catch(''),
  priority: text,
  minutes: text,
  attempts: text,
  tokens: text,
  cost: text,
});
export type Draft = z.infer<typeof draftSchema>;

const KEY = 'new-job';

export const emptyDraft: Draft = draftSchema.parse({});

/** What was typed and not sent; what cannot be read is as if nothing was. */
export function readDraft(): Draft {
  try {
    return draftSchema.parse(JSON.parse(localStorage.getItem(KEY) ?? '{}'));
  } catch {
    return emptyDraft;
  }
}

export function keepDraft(draft: Draft): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(draft));
  } catch {
    // A full or forbidden store costs the draft, never the job.
  }
}

export function forgetDraft(): void {
  localStorage.removeItem(KEY);
}

const MINUTE = 60_000;

/** The agent `command` is the program that is named with the job. */
export function needsProgram({ agent }: Pick<Draft, 'agent'>): boolean {
  return agent === 'command';
}

export function toBody(draft: Draft): JobBody {
  const { permission, mode } = draft;
  const command = needsProgram(draft) ? linesOf(draft.command) : [];
  return {
    prompt: draft.prompt,
    ...words('agent', draft.agent),
    ...words('template', draft.template),
    ...words('session_id', draft.session),
    ...words('model', draft.model),
    ...(command.length === 0 ? {} : { command }),
    ...(permission === '' ? {} : { permission }),
    ...(mode === '' ? {} : { mode }),
    ...number('priority', draft.priority, 1),
    ...number('time_limit_ms', draft.minutes, MINUTE),
    ...number('max_attempts', draft.attempts, 1),
    ...number('max_tokens', draft.tokens, 1),
    ...number('max_cost_usd', draft.cost, 1),
  };
}

/** An argument may begin or end with spaces; lines that are empty are none. */
function linesOf(typed: string): string[] {
  return typed.split(/\r?\n/).filter((line) => line !== '');
}

function words<K extends string>(key: K, value: string): { readonly [P in K]?: string } {
  return value.trim() === '' ? {} : ({ [key]: value.trim() } as { [P in K]: string });
}

function number<K extends string>(
  key: K,
  value: string,
  unit: number,
): { readonly [P in K]?: number } {
  const read = Number(value);
  if (value.trim() === '' || !Number.isFinite(read)) return {};
  return { [key]: read * unit } as { [P in K]: number };
}
