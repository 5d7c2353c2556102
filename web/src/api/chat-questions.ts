import { useMutation, useQueryClient } from '@tanstack/react-query';
import { tellFailed } from '../ui/toasts.tsx';
import { call } from './client.ts';

/** Answer what an agent asks; the first answer counts. */
export function useAnswer(questionId: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (answer: readonly string[]) =>
      await call('answerQuestion', {
        params: { question_id: questionId },
        body: { answer: [...answer] },
      }),
    onError: tellFailed,
    onSettled: async () => {
      await Promise.all([
        queries.invalidateQueries({ queryKey: ['agents'] }),
        queries.invalidateQueries({ queryKey: ['needs-you'] }),
      ]);
    },
  });
}
