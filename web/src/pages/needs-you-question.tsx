import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import { explanationQuery } from '../api/jobs.ts';
import { useAnswer, type WaitingQuestion } from '../api/needs-you.ts';
import { terminalPath } from '../layout/paths.ts';
import { useCanAct } from '../state/connection.ts';
import { useKeys } from '../state/keys.ts';
import { ActionButton } from '../ui/action-button.tsx';
import { Button } from '../ui/button.tsx';
import { Key } from '../ui/key.tsx';
import { RelativeTime } from '../ui/relative-time.tsx';
import { StateBadge } from '../ui/state-badge.tsx';
import { EvidenceList } from './job-evidence.tsx';
import { type AnswerButton, answersOf, textOf } from './needs-you-answers.ts';

export const ONLY_OPERATORS = 'Only operators answer.';

interface QuestionCardProps {
  readonly question: WaitingQuestion;
  readonly sessionName: string | undefined;
  /** The kind of agent that asks, when it is known. */
  readonly agent: string | undefined;
  /** Why the person may not answer; undefined when they may. */
  readonly whyNot: string | undefined;
  /** Keys are for this one. */
  readonly isCurrent: boolean;
  readonly onCurrent?: ((questionId: string) => void) | undefined;
}

/** What an agent asks, answered in place. */
export function QuestionCard(props: QuestionCardProps) {
  const { question, sessionName, agent, whyNot, isCurrent, onCurrent } = props;
  const { question_id: id, job_id: jobId, attempt, tool, subject } = question;
  const words = useRef<HTMLTextAreaElement>(null);
  const [text, setText] = useState('');
  const [isExplained, setExplained] = useState(false);
  const { mutate, isPending } = useAnswer();
  const isConnected = useCanAct();
  const canAct = isConnected && whyNot === undefined && !isPending;
  const answers = answersOf(question);
  const use = textOf(question);
  const give = ({ answer, kind }: AnswerButton): void => {
    const message = kind === 'deny' && text.trim() !== '' ? { message: text.trim() } : {};
    if (canAct) mutate({ question, answer, ...message });
  };
  useKeys(
    {
      ...Object.fromEntries(
        answers.filter(({ key }) => key !== '').map((one) => [one.key, () => give(one)]),
      ),
      ...(use === 'none' ? {} : { m: () => words.current?.focus() }),
    },
    isCurrent && canAct,
  );
  const agentId = `${jobId}.${attempt}`;
  return (
    <article
      aria-label={`${question.job_title} asks`}
      data-card={id}
      tabIndex={-1}
      className={`rounded-lg border bg-surface p-3 ${isCurrent ? 'border-asking' : 'border-line'}`}
      onFocus={() => onCurrent?.(id)}
    >
      <Heading question={question} sessionName={sessionName} agent={agent} />
      {isSaidBySubject(question) ? null : (
        <p className="mt-2 break-words whitespace-pre-wrap">{question.question}</p>
      )}
      {tool === null && subject === null ? null : (
        <pre className="mt-2 max-h-72 overflow-auto rounded-md bg-raised p-2 font-mono text-sm break-words whitespace-pre-wrap">
          {tool === null ? null : <span className="font-semibold text-asking">{tool} </span>}
          {subject}
        </pre>
      )}
      {use === 'none' || whyNot !== undefined ? null : (
        <textarea
          ref={words}
          rows={use === 'answer' ? 2 : 1}
          aria-label={use === 'answer' ? 'Answer in your own words' : 'Reason of a refusal'}
          placeholder={
            use === 'answer'
              ? 'Or in your own words (m)'
              : 'Reason, if you deny: the agent reads it (m)'
          }
          className="mt-2 w-full rounded-md border border-line bg-surface px-2 py-1 placeholder:text-muted"
          value={text}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === 'Escape') event.currentTarget.blur();
          }}
        />
      )}
      <div className="mt-2 flex flex-wrap items-center gap-2">
        {answers.map((one) => (
          <ActionButton
            key={one.answer}
            kind={one.kind === 'allow' ? 'primary' : one.kind === 'deny' ? 'danger' : 'plain'}
            className="max-w-full whitespace-normal"
            blocked={whyNot}
            disabled={isPending}
            onClick={() => give(one)}
          >
            {one.label}
            {isCurrent && one.key !== '' ? <Key>{one.key}</Key> : null}
          </ActionButton>
        ))}
        {use === 'answer' && text.trim() !== '' ? (
          <ActionButton
            kind="primary"
            disabled={isPending}
            onClick={() => mutate({ question, answer: text.trim() })}
          >
            Send answer
          </ActionButton>
        ) : null}
        <span className="ml-auto flex gap-1">
          <Button
            kind="quiet"
            aria-expanded={isExplained}
            onClick={() => setExplained(!isExplained)}
          >
            Explain
          </Button>
          <Link
            to={terminalPath(agentId)}
            className="inline-flex min-h-8 items-center rounded-md px-3 text-sm font-medium hover:bg-raised"
          >
            Terminal
          </Link>
        </span>
      </div>
      {isExplained ? <Explanation agentId={agentId} /> : null}
    </article>
  );
}

type HeadingProps = Pick<QuestionCardProps, 'question' | 'sessionName' | 'agent'>;

function Heading({ question, sessionName, agent }: HeadingProps) {
  return (
    <header className="flex flex-wrap items-center gap-x-3 gap-y-1 text-sm">
      <StateBadge state="asking" />
      <Link
        to="/jobs/$jobId"
        params={{ jobId: question.job_id }}
        className="min-w-0 truncate font-semibold hover:underline"
      >
        {question.job_title}
      </Link>
      <Link
        to="/sessions/$sessionId"
        params={{ sessionId: question.session_id }}
        className="text-muted hover:underline"
      >
        {sessionName ?? question.session_id}
      </Link>
      {agent === undefined ? null : <span className="text-muted">{agent}</span>}
      <span className="ml-auto text-muted">
        <RelativeTime at={question.asked_at} />
      </span>
    </header>
  );
}

/** Some agents put tool and subject into their question as well; once is enough. */
function isSaidBySubject({ question, tool, subject }: WaitingQuestion): boolean {
  if (subject === null || subject === '') return false;
  return (
    question
      .replace(subject, '')
      .replace(tool ?? '', '')
      .trim() === ''
  );
}

function Explanation({ agentId }: { readonly agentId: string }) {
  const { data, error } = useQuery(explanationQuery(agentId));
  if (error !== null) return <p className="mt-2 text-failed">{error.message}</p>;
  if (data === undefined) return <p className="mt-2 text-muted">Reading…</p>;
  if (data === null) return <p className="mt-2 text-muted">Its agent is not alive any more.</p>;
  return (
    <div className="mt-2">
      <EvidenceList explanation={data} />
    </div>
  );
}
