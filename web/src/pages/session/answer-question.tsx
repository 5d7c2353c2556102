import { useState } from 'react';
import type { QuestionView } from '../../../../src/contract/index.ts';
import { useAnswer } from '../../api/chat-questions.ts';
import { ActionButton } from '../../ui/action-button.tsx';
import { TextField } from '../../ui/field.tsx';

interface AnswerQuestionProps {
  readonly question: QuestionView;
  readonly whyNot: string | undefined;
}

/** What the agent asks, with its choices; permissions are allowed or denied. */
export function AnswerQuestion({ question, whyNot }: AnswerQuestionProps) {
  const [words, setWords] = useState('');
  const answer = useAnswer(question.question_id);
  const isPermission = question.kind === 'permission' || question.kind === 'trust';
  const choices = isPermission
    ? [
        { label: 'Allow', answer: 'allow' },
        { label: 'Deny', answer: 'deny' },
      ]
    : question.choices.map((label, index) => ({ label, answer: String(index + 1) }));
  return (
    <section
      aria-label="The agent asks"
      className="max-w-2xl space-y-2 rounded-lg border border-asking bg-surface p-3"
    >
      <p className="font-semibold break-words whitespace-pre-wrap">{question.question}</p>
      {question.subject === null ? null : (
        <pre
          tabIndex={0}
          role="region"
          aria-label="What it is about"
          className="overflow-x-auto rounded-md bg-raised p-2 font-mono text-sm"
        >
          {question.tool === null ? '' : `${question.tool}: `}
          {question.subject}
        </pre>
      )}
      <div className="flex flex-wrap gap-2">
        {choices.map(({ label, answer: value }) => (
          <ActionButton
            key={value}
            blocked={whyNot}
            className="max-w-full whitespace-normal"
            disabled={answer.isPending}
            onClick={() => answer.mutate([value])}
          >
            {label}
          </ActionButton>
        ))}
      </div>
      {isPermission ? null : (
        <form
          className="flex items-end gap-2"
          onSubmit={(event) => {
            event.preventDefault();
            if (words.trim() !== '' && whyNot === undefined) answer.mutate([words]);
          }}
        >
          <div className="flex-1">
            <TextField
              label="Or in your words"
              value={words}
              onChange={(event) => setWords(event.target.value)}
            />
          </div>
          <ActionButton blocked={whyNot} type="submit" className="mb-5" disabled={answer.isPending}>
            Answer
          </ActionButton>
        </form>
      )}
    </section>
  );
}
