import { resolve } from 'node:path';
import type { HookEvent } from '../adapter.ts';
import type { Answer, Dialog, ToolUse } from '../agent.ts';
import { listIn, textIn, valueIn } from '../claude/json.ts';

const ALLOW = 'Allow';
const DENY = 'Deny';

/** What a `BeforeTool` hook that waits asks: for a tool, or with the tool that asks people. */
export function readGate({ payload, reply }: Pick<HookEvent, 'payload' | 'reply'>): Dialog {
  const questions = questionsIn(payload);
  if (questions.length > 0) return { ...readQuestions(questions), reply };
  const tool = readToolUse(payload);
  const question = oneLine(`${tool.name}: ${tool.subject}`);
  return { kind: 'permission', question, choices: [ALLOW, DENY], tool, reply };
}

/**
 * What the hook prints to give this answer; undefined when it cannot. Gemini CLI uses a tool that
 * is not denied. A question is denied with the answer for a reason, which the model is told.
 */
export function replyToGate(answer: Answer, { kind, choices }: Dialog): string | undefined {
  const choice = answer.kind === 'choice' ? choices[answer.choice] : undefined;
  if (kind === 'question') {
    const said = answer.kind === 'text' ? answer.text : choice;
    if (answer.kind === 'deny')
      return deny(answer.message ?? 'Nobody answers this. Go on without.');
    return said === undefined ? undefined : deny(`The question was asked. The answer is: ${said}`);
  }
  if (answer.kind === 'allow' || choice === ALLOW) return JSON.stringify({ decision: 'allow' });
  if (answer.kind === 'deny') return deny(answer.message);
  return choice === DENY ? deny() : undefined;
}

function deny(reason = 'You may not use this tool for that. Do without it.'): string {
  return JSON.stringify({ decision: 'deny', reason });
}

/** What a hook prints that denies every tool. */
export const fixedDenial = deny(
  'This job may not use tools that need a permission. Do without them.',
);

/** A dialog that Gemini CLI opens itself: its choices are on the screen alone. */
export function readNotification(payload: unknown): Dialog {
  const details = valueIn(payload, 'details');
  const what = ['command', 'filePath', 'fileName', 'toolName', 'title']
    .map((key) => textIn(details, key))
    .find((found) => found !== undefined);
  const question = oneLine(what ?? textIn(payload, 'message') ?? 'it asks for something');
  const isQuestion = textIn(details, 'type') === 'ask_user';
  const isPlan = textIn(details, 'title')?.endsWith('Plan Mode') === true;
  return { kind: isQuestion ? 'question' : isPlan ? 'plan' : 'permission', question, choices: [] };
}

interface Question {
  readonly text: string;
  readonly choices: readonly string[];
}

function questionsIn(payload: unknown): readonly Question[] {
  if (textIn(payload, 'tool_name') !== 'ask_user') return [];
  return listIn(valueIn(payload, 'tool_input'), 'questions').map((question) => ({
    text: textIn(question, 'question') ?? '',
    choices: listIn(question, 'options').map((option) => textIn(option, 'label') ?? ''),
  }));
}

/** Several at once are answered in words. */
function readQuestions(questions: readonly Question[]): Dialog {
  const [only] = questions;
  if (only !== undefined && questions.length === 1) {
    return { kind: 'question', question: oneLine(only.text), choices: only.choices };
  }
  const asked = questions.map(
    ({ text, choices }, index) => `${index + 1}. ${text} (${choices.join(', ')})`,
  );
  return { kind: 'question', question: oneLine(asked.join(' ')), choices: [] };
}

/** Fields of a tool's input that say what it is to work on, by how they are read. */
const subjects = [
  ['command', 'command'],
  ['file_path', 'path'],
  ['dir_path', 'path'],
  ['url', 'text'],
  ['query', 'text'],
  ['prompt', 'text'],
] as const;

function readToolUse(payload: unknown): ToolUse {
  const name = textIn(payload, 'tool_name') ?? 'a tool';
  const input = valueIn(payload, 'tool_input');
  // Of somebody else's tool nobody knows what its fields mean.
  const known = name.startsWith('mcp_') ? [] : subjects;
  for (const [key, kind] of known) {
    const subject = textIn(input, key);
    if (subject === undefined) continue;
    const directory = textIn(payload, 'cwd') ?? '/';
    return { name, subject: kind === 'path' ? resolve(directory, subject) : subject, kind };
  }
  return { name, subject: JSON.stringify(input ?? {}), kind: 'text' };
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim().slice(0, 300);
}
