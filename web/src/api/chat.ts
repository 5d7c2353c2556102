import {
  type InfiniteData,
  infiniteQueryOptions,
  useIsMutating,
  useMutation,
  useQueryClient,
} from '@tanstack/react-query';
import type { z } from 'zod';
import type { routes } from '../../../src/contract/index.ts';
import { messageDraft, type SentMessage, withoutSent } from '../state/message-draft.ts';
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

interface SendChat {
  /** Send the message that is being written, with the key of an earlier try. */
  readonly send: (after: AfterMessage) => void;
  readonly isSending: boolean;
}

interface AfterMessage {
  /** Publish the session's site once the agent is done with it. */
  readonly redeploys: boolean;
}

/** Send the draft of a session; it is kept until the server has it, also when this page is left. */
export function useSendChat(sessionId: string): SendChat {
  const queries = useQueryClient();
  const { queryKey } = chatQuery(sessionId);
  const mutationKey = ['chat', sessionId];
  const draft = messageDraft(sessionId);
  const { mutate } = useMutation({
    mutationKey,
    mutationFn: async ({ text, files, key, redeploys }: SentMessage & AfterMessage) => {
      const params = { session_id: sessionId };
      const body = { text, ...(files.length > 0 ? { files } : {}) };
      const job = await call('sendChat', { params, body, idempotencyKey: key });
      if (redeploys) await call('redeploySite', { params, idempotencyKey: `${key}-redeploy` });
      return job;
    },
    onSuccess: (job, sent) => {
      draft.set(withoutSent(draft.get(), sent));
      queries.setQueryData<Chat>(queryKey, (chat) =>
        addItem(chat, { ...job, prompt: sent.text, output: null }),
      );
    },
    onError: tellFailed,
    onSettled: () => void queries.invalidateQueries({ queryKey }),
  });
  return {
    send: ({ redeploys }) => {
      const message = { ...draft.get(), key: draft.get().key ?? crypto.randomUUID() };
      draft.set(message);
      mutate({ ...message, redeploys });
    },
    // Also one that was begun before this page was left and opened again.
    isSending: useIsMutating({ mutationKey }) > 0,
  };
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
