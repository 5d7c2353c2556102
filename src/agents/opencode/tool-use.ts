import { resolve } from 'node:path';
import type { ToolUse } from '../agent.ts';
import { textIn, valueIn } from '../claude/json.ts';

/** Fields of a tool's input that say what it is to work on, by how they are read. */
const subjects = [
  ['command', 'command'],
  ['filePath', 'path'],
  ['path', 'path'],
  ['url', 'text'],
  ['query', 'text'],
  ['prompt', 'text'],
] as const;

/** Tools whose fields mean what these say. */
const known = /^(?:bash|edit|glob|grep|list|read|task|webfetch|websearch|write)$/;

/** What our plugin tells of a tool that is to be used. */
export function readToolUse(payload: unknown): ToolUse {
  const permission = textIn(payload, 'permission') ?? 'a tool';
  const call = valueIn(payload, 'call');
  const name = textIn(call, 'tool');
  if (name === undefined || permission === 'doom_loop') {
    // Said so by opencode, before there is a call: it repeats itself.
    const input = valueIn(payload, 'metadata') ?? {};
    return { name: permission, subject: JSON.stringify(input), kind: 'text' };
  }
  const args = valueIn(call, 'args');
  for (const [key, kind] of known.test(name) ? subjects : []) {
    const subject = textIn(args, key);
    if (subject === undefined) continue;
    const directory = textIn(payload, 'directory') ?? '/';
    return { name, subject: kind === 'path' ? resolve(directory, subject) : subject, kind };
  }
  return { name, subject: JSON.stringify(args ?? {}), kind: 'text' };
}
