import type { HookEvent } from '../adapter.ts';
import type { Answer, Dialog } from '../agent.ts';
import { listIn, textIn, valueIn } from './json.ts';
import { readToolUse } from './tool-use.ts';

const ALLOW = 'Allow';
const ALLOW_ALWAYS = 'Allow, and do not ask for this again in this conversation';
const DENY = 'Deny';

const LONGEST_QUESTION = 300;

/** What a `PermissionRequest` hook asks: for a tool, or with the tool that asks people. */
export function readRequest({ payload, reply }: Pick<HookEvent, 'payload' | 'reply'>): Dialog {
  const questions = questionsIn(payload);
  if (questions.length > 0) return { ...readQuestions(questions), reply };
  const tool = readToolUse(payload);
  const isRepeatable = listIn(payload, 'permission_suggestions').length > 0;
  return {
    kind: 'permission',
    question: oneLine(tool === undefined ? 'a tool' : `${tool.name}: ${tool.subject}`),
    choices: isRepeatable ? [ALLOW, ALLOW_ALWAYS, DENY] : [ALLOW, DENY],
    tool,
    reply,
  };
}

/**
 * What the hook prints to give this answer. Undefined when it cannot: the number of a choice that
 * is not there, an answer in words to a permission, other than one line for each of many questions.
 */
export function replyTo(
  answer: Answer,
  dialog: Dialog,
  { payload }: Pick<HookEvent, 'payload'>,
): string | undefined {
  if (answer.kind === 'deny') return deny(answer.message);
  if (dialog.kind === 'question') return replyToQuestions(answer, dialog, payload);
  const choice = answer.kind === 'choice' ? dialog.choices[answer.choice] : undefined;
  if (answer.kind === 'allow' || choice === ALLOW) return print({ behavior: 'allow' });
  if (choice === DENY) return deny(undefined);
  if (choice !== ALLOW_ALWAYS) return undefined;
  // Of where it could be kept only the conversation forgets it again.
  const updatedPermissions = listIn(payload, 'permission_suggestions').map((one) =>
    Object.assign({}, one, { destination: 'session' }),
  );
  return print({ behavior: 'allow', updatedPermissions });
}

function deny(message = 'You may not use this tool for that. Do without it.'): string {
  return print({ behavior: 'deny', message });
}

/** What a hook prints that decides for every tool alike. */
export function fixedReply(decision: 'allow' | 'deny'): string {
  const message = 'This job may not use tools that need a permission. Do without them.';
  return decision === 'allow' ? print({ behavior: 'allow' }) : deny(message);
}

function print(decision: object): string {
  return JSON.stringify({
    hookSpecificOutput: { hookEventName: 'PermissionRequest', decision },
  });
}

interface Question {
  readonly text: string;
  readonly choices: readonly string[];
  readonly isMultiple: boolean;
}

function questionsIn(payload: unknown): readonly Question[] {
  if (textIn(payload, 'tool_name') !== 'AskUserQuestion') return [];
  return listIn(valueIn(payload, 'tool_input'), 'questions').map((question) => ({
    text: textIn(question, 'question') ?? '',
    choices: listIn(question, 'options').map((option) => textIn(option, 'label') ?? ''),
    isMultiple: valueIn(question, 'multiSelect') === true,
  }));
}

function readQuestions(questions: readonly Question[]): Dialog {
  const [only] = questions;
  if (only !== undefined && questions.length === 1) {
    const hint = only.isMultiple ? ' (several may be chosen)' : '';
    return { kind: 'question', question: `${oneLine(only.text)}${hint}`, choices: only.choices };
  }
  const asked = questions.map(
    ({ text, choices }, index) => `${index + 1}. ${text} (${choices.join(', ')})`,
  );
  return { kind: 'question', question: oneLine(asked.join(' ')), choices: [] };
}

function replyToQuestions(answer: Answer, dialog: Dialog, payload: unknown): string | undefined {
  const questions = questionsIn(payload);
  const texts = answersIn(answer, dialog, questions.length);
  if (texts.length !== questions.length) return undefined;
  const answers = Object.fromEntries(
    questions.map(({ text, choices }, index) => [text, named(texts[index] ?? '', choices)]),
  );
  // The input is replaced as a whole.
  const updatedInput = Object.assign({}, valueIn(payload, 'tool_input'), { answers });
  return print({ behavior: 'allow', updatedInput });
}

function answersIn(answer: Answer, { choices }: Dialog, count: number): readonly string[] {
  if (answer.kind === 'choice') return choices.slice(answer.choice, answer.choice + 1);
  if (answer.kind !== 'text') return [];
  const lines = count === 1 ? [answer.text] : answer.text.split('\n');
  return lines.some((line) => line.trim() === '') ? [] : lines.map((line) => line.trim());
}

/** The choice of this number, from 1 on; anything else is the answer itself. */
function named(text: string, choices: readonly string[]): string {
  return (/^\d+$/.test(text) ? choices[Number(text) - 1] : undefined) ?? text;
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim().slice(0, LONGEST_QUESTION);
}
