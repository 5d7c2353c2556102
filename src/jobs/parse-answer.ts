import type { Answer } from '../agents/index.ts';
import { CodedError } from '../base/index.ts';
import type { Question } from './questions.ts';

const yes = ['allow', 'yes', 'y'];
const no = ['deny', 'no', 'n'];

type Asked = Pick<Question, 'id' | 'kind' | 'choices' | 'reply'>;

/**
 * Read an answer as people give it: `allow` or `deny`, the number of a choice from 1 on, its text or
 * a beginning of it, or words of their own where the agent takes these. Several words are answers to
 * several questions that were asked at once. `message` goes with a refusal.
 *
 * @throws {CodedError} `job.bad-answer` naming what can be answered.
 */
export function parseAnswer(
  words: readonly string[],
  message: string | undefined,
  question: Asked,
): Answer {
  const answer = readAnswer(words, question);
  if (answer === undefined) throw badAnswer(words.join(' '), question);
  if (message === undefined) return answer;
  if (answer.kind !== 'deny') throw badAnswer(`${words.join(' ')} --message`, question);
  return { ...answer, message };
}

function readAnswer(words: readonly string[], question: Asked): Answer | undefined {
  const { kind, choices, reply } = question;
  const [only = ''] = words;
  const text = words.join('\n').trim();
  if (words.length === 1) {
    const word = only.trim().toLowerCase();
    if (kind !== 'question' && yes.includes(word)) return { kind: 'allow' };
    if (kind !== 'question' && no.includes(word)) return { kind: 'deny' };
    const choice = findChoice(word, choices);
    if (choice !== undefined) return { kind: 'choice', choice };
    if (word === 'deny') return { kind: 'deny' };
    // Meant for another question than this one, which came meanwhile.
    if (word === 'allow' || (/^\d+$/.test(word) && choices.length > 0)) return undefined;
  }
  const takesText = kind === 'question' && reply !== undefined && text !== '';
  return takesText ? { kind: 'text', text } : undefined;
}

/** By number, by its whole text, or by a beginning that no other choice has. */
function findChoice(word: string, choices: readonly string[]): number | undefined {
  if (/^\d+$/.test(word)) return Number(word) - 1 in choices ? Number(word) - 1 : undefined;
  const texts = choices.map((choice) => choice.toLowerCase());
  if (texts.includes(word)) return texts.indexOf(word);
  const [first, second] = texts.flatMap((text, index) => (text.startsWith(word) ? [index] : []));
  return word.length < 2 || second !== undefined ? undefined : first;
}

/** What can be answered, for people. */
export function answersTo({ kind, choices, reply }: Omit<Asked, 'id'>): string {
  const plain = kind === 'permission' ? ['allow', 'deny'] : [];
  const numbered = choices.flatMap((choice, index) =>
    plain.includes(choice.toLowerCase()) ? [] : [`${index + 1} (${choice})`],
  );
  const words = kind === 'question' && reply !== undefined ? ['words of your own'] : [];
  return [...plain, ...numbered, ...words].join(', ');
}

function badAnswer(given: string, question: Asked): CodedError {
  return new CodedError(
    'job.bad-answer',
    `Question ${question.id} cannot be answered with "${given}".`,
    {
      facts: { questionId: question.id, given },
      todo: `Answer with one of: ${answersTo(question)}; --message goes with deny`,
    },
  );
}
