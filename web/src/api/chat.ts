import {
  type InfiniteData,
  infiniteQueryOptions,
  useMutation,
  useMutationState,
  useQueryClient,
} from '@tanstack/react-query';
import type { z } from 'zod';
import type { routes } from '../../../src/contract/index.ts';
import { tellFailed } from '../ui/toasts.tsx';
import { call } from './client.ts';

type ChatPage = z.output<typeof routes.listChat.reply>;
/** A message with its answer. */
export type ChatItem = ChatPage['items'][number];
type Chat = InfiniteData<ChatPage, string | undefined>;

const PAGE = 30;

/** Newest first, as the server gives it. */
export function chatQuery(sessionId: string) {
  return infiniteQueryOptions({
    queryKey: ['sessions', sessionId, 'chat'],
    queryFn: async ({ pageParam, signal }) =>
      await call('listChat', {
        params: { session_id: sessionId },
        query: { limit: PAGE, cursor: pageParam },
        signal,
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
  });
}

/** Statuses in which a message still waits for its answer. */
export function isPending(item: Pick<ChatItem, 'status'>): boolean {
  return item.status === 'queued' || item.status === 'leased' || item.status === 'running';
}

interface Message {
  readonly text: string;
  readonly files: readonly string[];
  /** The server takes a message with the same key once, also when an answer of it was lost. */
  readonly key: string;
}

/** Send a message; messages go one after the other, in the order they were written. */
export function useSendChat(sessionId: string) {
  const queries = useQueryClient();
  const { queryKey } = chatQuery(sessionId);
  return useMutation({
    mutationKey: ['chat', sessionId],
    scope: { id: `chat ${sessionId}` },
    mutationFn: async ({ text, files, key }: Message) =>
      await call('sendChat', {
        params: { session_id: sessionId },
        body: { text, ...(files.length > 0 ? { files: [...files] } : {}) },
        idempotencyKey: key,
      }),
    onSuccess: (job, { text }) => {
      queries.setQueryData<Chat>(queryKey, (chat) =>
        addItem(chat, { ...job, prompt: text, output: null }),
      );
    },
    onError: tellFailed,
    onSettled: async () => await queries.invalidateQueries({ queryKey }),
  });
}

/** Messages that are on their way to the server, oldest first. */
export function useMessagesOnTheirWay(sessionId: string): readonly Message[] {
  return useMutationState({
    filters: { mutationKey: ['chat', sessionId], status: 'pending' },
    select: (mutation) => mutation.state.variables as Message,
  });
}

function addItem(chat: Chat | undefined, item: ChatItem): Chat | undefined {
  const [first, ...rest] = chat?.pages ?? [];
  if (chat === undefined || first === undefined) return chat;
  if (first.items.some(({ job_id }) => job_id === item.job_id)) return chat;
  return { ...chat, pages: [{ ...first, items: [item, ...first.items] }, ...rest] };
}

/** Interrupt the running turn, cancel what waits, or try a message again. */
export function useChatStep(sessionId: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async ({
      jobId,
      step,
    }: {
      jobId: string;
      step: 'interrupt' | 'cancel' | 'retry';
    }) => {
      const params = { job_id: jobId };
      if (step === 'interrupt') return await call('interruptJob', { params });
      if (step === 'cancel') return await call('cancelJob', { params });
      return await call('retryJob', { params, body: {} });
    },
    onError: tellFailed,
    onSettled: async () =>
      await queries.invalidateQueries({ queryKey: chatQuery(sessionId).queryKey }),
  });
}
