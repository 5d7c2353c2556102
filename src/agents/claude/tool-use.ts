import { posix } from 'node:path';
import type { ToolUse } from '../agent.ts';
import { textIn, valueIn } from './json.ts';

/** Fields of a tool's input that say what it is to work on, by how they are read. */
const subjects = [
  ['command', 'command'],
  ['file_path', 'path'],
  ['notebook_path', 'path'],
  ['path', 'path'],
  ['url', 'text'],
  ['query', 'text'],
  ['plan', 'text'],
] as const;

/** What a hook's payload says of the tool that is to be used; undefined when it names none. */
export function readToolUse(payload: unknown): ToolUse | undefined {
  const name = textIn(payload, 'tool_name');
  if (name === undefined) return undefined;
  const input = valueIn(payload, 'tool_input');
  for (const [key, kind] of subjects) {
    const subject = textIn(input, key);
    if (subject === undefined) continue;
    const directory = textIn(payload, 'cwd') ?? '/';
    return { name, subject: kind === 'path' ? posix.resolve(directory, subject) : subject, kind };
  }
  return { name, subject: JSON.stringify(input ?? {}), kind: 'text' };
}

/**
 * Name a tool call, so that its end is told from that of another one. What a person answered is
 * added to a question's input, and does not count.
 */
export function nameCall(payload: unknown): string {
  const input = valueIn(payload, 'tool_input');
  const asked = valueIn(input, 'questions') ?? input;
  const parts = [textIn(payload, 'agent_id') ?? '', textIn(payload, 'tool_name') ?? '', asked];
  return JSON.stringify(parts);
}
