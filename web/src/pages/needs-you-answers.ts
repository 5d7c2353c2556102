import type { QuestionView } from '../../../src/contract/index.ts';

export interface AnswerButton {
  readonly label: string;
  /** Key that gives it: a digit, `y` or `n`. */
  readonly key: string;
  /** As the API takes it. */
  readonly answer: string;
  readonly kind: 'allow' | 'deny' | 'choice';
}

const plain = new Set(['allow', 'deny', 'yes', 'no']);

/** What can be pressed to answer, in the order in which it is shown. */
export function answersOf({
  kind,
  choices,
}: Pick<QuestionView, 'kind' | 'choices'>): AnswerButton[] {
  const isPermission = kind === 'permission' || (kind !== 'question' && choices.length === 0);
  const yesNo: AnswerButton[] = isPermission
    ? [
        { label: 'Allow', key: 'y', answer: 'allow', kind: 'allow' },
        { label: 'Deny', key: 'n', answer: 'deny', kind: 'deny' },
      ]
    : [];
  const numbered = choices.flatMap((label, index): AnswerButton[] => {
    if (isPermission && plain.has(label.toLowerCase())) return [];
    const number = String(index + 1);
    return [{ label, key: index < 9 ? number : '', answer: number, kind: 'choice' }];
  });
  return [...yesNo, ...numbered];
}

/** What a text that a person writes is for: an answer, or the reason of a refusal. */
export function textOf({ kind }: Pick<QuestionView, 'kind'>): 'answer' | 'reason' | 'none' {
  if (kind === 'question') return 'answer';
  return kind === 'permission' ? 'reason' : 'none';
}
