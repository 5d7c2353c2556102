import { posix } from 'node:path';
import type { ToolUse } from '../agent.ts';
import { textIn, valueIn } from '../claude/json.ts';

/** What a hook's payload says of the tool that is to be used. */
export function readToolUse(payload: unknown): ToolUse {
  const name = textIn(payload, 'tool_name') ?? 'a tool';
  const input = valueIn(payload, 'tool_input');
  const command = textIn(input, 'command');
  if (name === 'Bash' && command !== undefined) return { name, subject: command, kind: 'command' };
  const paths = name === 'apply_patch' ? pathsIn(command ?? '') : [textIn(input, 'path')];
  const files = paths.flatMap((path) => (path === undefined ? [] : [path]));
  if (files.length === 0 || name.startsWith('mcp__')) {
    return { name, subject: command ?? JSON.stringify(input ?? {}), kind: 'text' };
  }
  const directory = textIn(payload, 'cwd') ?? '/';
  const subject = files.map((file) => posix.resolve(directory, file)).join('\n');
  // Several paths are read as a command of several lines is: each counts by itself.
  return { name, subject, kind: files.length === 1 ? 'path' : undefined };
}

/** Every file that a patch touches. */
function pathsIn(patch: string): readonly string[] {
  const header = /^\s*\*\*\* (?:(?:Add|Update|Delete) File|Move to): *(?<path>.*\S)/gm;
  return Array.from(patch.matchAll(header), ({ groups }) => groups?.['path'] ?? '');
}
