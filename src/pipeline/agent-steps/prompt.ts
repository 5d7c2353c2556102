import { z } from 'zod';
import type { RoleFile, TaskName } from '../role-file.ts';
import type { UsedRole } from '../roles.ts';
import type { Issue } from './read-answer.ts';

/** Something the agent is given word for word. */
export interface Given {
  /** Also the word after the fence, by which a program finds it: `plan.json`. */
  readonly name: string;
  readonly text: string;
}

export interface PromptParts {
  readonly task: TaskName;
  readonly used: UsedRole;
  readonly siteType: string;
  /** What is to be done, in the imperative. */
  readonly order: string;
  readonly given: readonly Given[];
  /** Absolute paths of files that the person uploaded. */
  readonly uploads: readonly string[];
  readonly schema: z.ZodType;
}

/**
 * Write a prompt for the site's agent. Its first line, `Task: site.plan`, tells programs what it is.
 * It says which role and which skills are in it, with the file and the digest of each.
 */
export function writePrompt(parts: PromptParts): string {
  const { task, used, siteType, order, given, uploads, schema } = parts;
  const files = [used.role, ...used.skills];
  return [
    `Task: site.${task}`,
    `This is one part of making a ${siteType} site. You work as its ${used.role.name}. ${order}`,
    `Used for this task:\n\n${files.map(nameFile).join('\n')}`,
    ...files.map((file) => `## ${titleOf(file)}\n\n${file.text}`),
    ...given.map(({ name, text }) => `## ${name}\n\n${fenced(name, text)}`),
    ...(uploads.length === 0 ? [] : [`## Files of the person\n\n${listed(uploads)}`]),
    `## Your answer\n\n${answerRules(schema)}`,
  ].join('\n\n');
}

/** The same task again, with the answer that could not be used and why. */
export function writeRepairPrompt(
  prompt: string,
  answer: string,
  issues: readonly Issue[],
): string {
  const shown = answer.length > 20_000 ? `${answer.slice(0, 20_000)}\n(cut here)` : answer;
  return [
    prompt,
    `## Again\n\nYou did this task before, and it cannot be used yet:`,
    listed(issues.map(({ place, message }) => `${place}: ${message}`)),
    `Your answer was:\n\n${fenced('your-answer', shown)}`,
    'Correct what is named here, keep the rest, and write the whole answer again.',
  ].join('\n\n');
}

/** The person's own words, in lines that agents can read whole: their tools cut longer ones. */
export function givenRequest(requirements: string): Given {
  const lines = requirements.split('\n').map((line) => line.replaceAll(/.{1000}\S*\s/g, '$&\n'));
  return { name: 'request', text: lines.join('\n') };
}

function nameFile(file: RoleFile): string {
  return `- ${titleOf(file)}: ${file.path} (${file.digest})`;
}

function titleOf({ kind, name }: RoleFile): string {
  return `${kind === 'role' ? 'Role' : 'Skill'} ${name}`;
}

/** Between more backticks than the text has in a row, so that nothing in it ends the fence. */
function fenced(name: string, text: string): string {
  const runs = Array.from(text.matchAll(/`+/g), ([run]) => run.length);
  const fence = '`'.repeat(Math.max(3, ...runs.map((run) => run + 1)));
  return `${fence}text ${name}\n${text.trimEnd()}\n${fence}`;
}

function listed(items: readonly string[]): string {
  return items.map((item) => `- ${item}`).join('\n');
}

function answerRules(schema: z.ZodType): string {
  const { $schema: _version, ...json } = z.toJSONSchema(schema, { io: 'input' });
  return `One JSON object that fits this JSON Schema, alone or in one \`\`\`json fence:

${fenced('schema', JSON.stringify(json, undefined, 1))}

When no useful site can come of the task, answer {"impossible": "the reason, and what the person has to change"} instead.`;
}
