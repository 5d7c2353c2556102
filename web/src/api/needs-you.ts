import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { NeedsYouView } from '../../../src/contract/index.ts';
import { createStore, useStore } from '../state/store.ts';
import { tellDone, tellFailed } from '../ui/toasts.tsx';
import { ApiError, call } from './client.ts';
import { jobsText } from './jobs-actions.ts';

export type WaitingQuestion = NeedsYouView['questions'][number];

export const needsYouQuery = queryOptions({
  queryKey: ['needs-you'],
  queryFn: async ({ signal }) => await call('needsYou', { signal }),
});

/** Failed jobs that were dismissed here and may still be called back. */
const leaving = createStore<ReadonlySet<string>>(new Set());

/** What needs a person, without what is being dismissed. */
export function useNeedsYou() {
  const { data, error } = useQuery(needsYouQuery);
  const hidden = useStore(leaving);
  if (data === undefined) return { needs: undefined, error };
  const failed = data.failed.filter(({ job_id: id }) => !hidden.has(id));
  const count = data.failed_count - (data.failed.length - failed.length);
  const { questions, sites } = data;
  return { needs: { questions, failed, failedCount: count, sites }, error };
}

/** How many things wait for a person. */
export function countNeeds(needs: NonNullable<ReturnType<typeof useNeedsYou>['needs']>): number {
  return needs.questions.length + needs.failedCount + needs.sites.length;
}

/** Jobs whose agents ask: a job's own status stays `running` meanwhile. */
export function useAsking(): ReadonlySet<string> {
  const { data } = useQuery(needsYouQuery);
  return useMemo(() => new Set(data?.questions.map(({ job_id: id }) => id)), [data]);
}

interface Given {
  readonly question: WaitingQuestion;
  /** As `job answer` takes it: `allow`, `deny`, a choice's number from 1, or words. */
  readonly answer: string;
  readonly message?: string | undefined;
}

/** Answer; the question leaves the queue at once and comes back when the server refuses. */
export function useAnswer() {
  const queries = useQueryClient();
  const { queryKey } = needsYouQuery;
  return useMutation({
    mutationFn: async ({ question, answer, message }: Given) =>
      await call('answerQuestion', {
        params: { question_id: question.question_id },
        body: { answer: [answer], ...(message === undefined ? {} : { message }) },
      }),
    onMutate: async ({ question }) => {
      await queries.cancelQueries({ queryKey });
      queries.setQueryData(queryKey, (now) => without(now, question.question_id));
    },
    onSuccess: (_answered, { question }) => tellDone(`Answered: ${question.job_title}`),
    onError: (error, { question }) => {
      if (isGone(error)) {
        tellDone(`“${question.job_title}” was answered by someone else, or asks no more.`);
        return;
      }
      queries.setQueryData(queryKey, (now) => withAgain(now, question));
      tellFailed(error);
    },
    onSettled: async (_answered, _error, { question }) => {
      await Promise.all([
        queries.invalidateQueries({ queryKey }),
        queries.invalidateQueries({ queryKey: ['job', question.job_id] }),
        queries.invalidateQueries({ queryKey: ['agents'] }),
      ]);
    },
  });
}

function isGone(error: Error): boolean {
  return (
    error instanceof ApiError &&
    ['job.answered-before', 'job.not-asking', 'job.no-such-question'].includes(error.code)
  );
}

function without(needs: NeedsYouView | undefined, questionId: string): NeedsYouView | undefined {
  if (needs === undefined) return undefined;
  const questions = needs.questions.filter(({ question_id: id }) => id !== questionId);
  return { ...needs, questions };
}

function withAgain(
  needs: NeedsYouView | undefined,
  question: WaitingQuestion,
): NeedsYouView | undefined {
  const rest = without(needs, question.question_id);
  if (rest === undefined) return undefined;
  const questions = [...rest.questions, question].toSorted((a, b) =>
    a.asked_at.localeCompare(b.asked_at),
  );
  return { ...rest, questions };
}

const UNDO_MS = 8_000;

/**
 * Take failed jobs out of the queue. The server knows no way back, so it is told only when the time
 * for Undo is over; a page that is closed before leaves them in the queue.
 */
export function useDismiss(): (jobIds: readonly string[]) => void {
  const queries = useQueryClient();
  const send = useMutation({
    mutationFn: async (jobIds: string[]) =>
      await call('dismissFailed', { body: { job_ids: jobIds } }),
    onError: tellFailed,
    onSettled: async (_none, _error, jobIds) => {
      await queries.invalidateQueries({ queryKey: needsYouQuery.queryKey });
      show(jobIds);
    },
  });
  return (jobIds) => {
    leaving.set(new Set([...leaving.get(), ...jobIds]));
    const timer = setTimeout(() => send.mutate([...jobIds]), UNDO_MS);
    tellDone(`${jobsText(jobIds.length)} dismissed.`, () => {
      clearTimeout(timer);
      show(jobIds);
    });
  };
}

function show(jobIds: readonly string[]): void {
  const rest = new Set(leaving.get());
  for (const id of jobIds) rest.delete(id);
  leaving.set(rest);
}
