import type { HookEvent } from '../adapter.ts';
import type { Answer, Dialog } from '../agent.ts';
import { listIn, textIn } from '../claude/json.ts';
import { readToolUse } from './tool-use.ts';

const ALLOW = 'Allow';
const ALLOW_ALWAYS = 'Allow, and do not ask for this again in this conversation';
const DENY = 'Deny';

const LONGEST_QUESTION = 300;

/** What opencode asks before a tool may work. */
export function readPermission({ payload, reply }: Pick<HookEvent, 'payload' | 'reply'>): Dialog {
  const tool = readToolUse(payload);
  const isRepeatable = listIn(payload, 'always').length > 0;
  return {
    kind: 'permission',
    question: oneLine(`${tool.name}: ${tool.subject}`),
    choices: isRepeatable ? [ALLOW, ALLOW_ALWAYS, DENY] : [ALLOW, DENY],
    tool,
    reply,
  };
}

/** What the model asks people; several questions at once are answered in words. */
export function readQuestions({ payload, reply }: Pick<HookEvent, 'payload' | 'reply'>): Dialog {
  const questions = questionsIn(payload);
  const [only] = questions;
  if (only !== undefined && questions.length === 1) {
    return { kind: 'question', question: oneLine(only.text), choices: only.choices, reply };
  }
  const asked = questions.map(
    ({ text, choices }, index) => `${index + 1}. ${text} (${choices.join(', ')})`,
  );
  return { kind: 'question', question: oneLine(asked.join(' ')), choices: [], reply };
}

/**
 * What our plugin is to hand on to opencode. Undefined when it cannot be answered so: the number of
 * a choice that is not there, an answer in words to a permission, other than one line for each of
 * many questions.
 */
export function replyTo(
  answer: Answer,
  { kind, choices }: Dialog,
  { payload }: Pick<HookEvent, 'payload'>,
): string | undefined {
  if (kind === 'question') return replyToQuestions(answer, payload);
  const choice = answer.kind === 'choice' ? choices[answer.choice] : undefined;
  if (answer.kind === 'allow' || choice === ALLOW) return JSON.stringify({ reply: 'once' });
  if (choice === ALLOW_ALWAYS) return JSON.stringify({ reply: 'always' });
  if (answer.kind === 'deny') return JSON.stringify(refusal(answer.message));
  return choice === DENY ? JSON.stringify(refusal()) : undefined;
}

/** With a message the model goes on without the tool. */
function refusal(message = 'You may not use this tool for that. Do without it.'): object {
  return { reply: 'reject', message };
}

/** What the plugin answers at once when every tool is told the same. */
export function fixedAnswer(decision: 'allow' | 'deny'): object {
  const message = 'This job may not use tools that need a permission. Do without them.';
  return decision === 'allow' ? { reply: 'once' } : refusal(message);
}

interface Question {
  readonly text: string;
  readonly choices: readonly string[];
}

function questionsIn(payload: unknown): readonly Question[] {
  return listIn(payload, 'questions').map((question) => ({
    text: textIn(question, 'question') ?? '',
    choices: listIn(question, 'options').map((option) => textIn(option, 'label') ?? ''),
  }));
}

function replyToQuestions(answer: Answer, payload: unknown): string | undefined {
  // Without answers it is rejected; the model goes on all the same.
  if (answer.kind === 'deny') return '{}';
  const questions = questionsIn(payload);
  const texts = answersIn(answer, questions);
  if (texts.length !== questions.length) return undefined;
  const answers = questions.map(({ choices }, index) => [named(texts[index] ?? '', choices)]);
  return JSON.stringify({ answers });
}

function answersIn(answer: Answer, questions: readonly Question[]): readonly string[] {
  const [only] = questions;
  if (answer.kind === 'choice') {
    return only?.choices.slice(answer.choice, answer.choice + 1) ?? [];
  }
  if (answer.kind !== 'text') return [];
  const lines = questions.length === 1 ? [answer.text] : answer.text.split('\n');
  return lines.some((line) => line.trim() === '') ? [] : lines.map((line) => line.trim());
}

/** The choice of this number, from 1 on; anything else is the answer itself. */
function named(text: string, choices: readonly string[]): string {
  return (/^\d+$/.test(text) ? choices[Number(text) - 1] : undefined) ?? text;
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim().slice(0, LONGEST_QUESTION);
}
