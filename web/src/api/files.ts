import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { tellDone, tellFailed } from '../ui/toasts.tsx';
import { call, hrefOf, problemOf, readText, unreachable } from './client.ts';

export function filesQuery(sessionId: string, path: string) {
  return queryOptions({
    queryKey: ['sessions', sessionId, 'files', path],
    queryFn: async ({ signal }) =>
      await call('listFiles', { params: { session_id: sessionId }, query: { path }, signal }),
  });
}

/** Where a file is read from: for downloads and pictures. */
export function fileHref(sessionId: string, path: string): string {
  return hrefOf('readFile', { params: { session_id: sessionId }, query: { path } });
}

/** A file's text, for looking at it. */
export function fileTextQuery(sessionId: string, path: string) {
  return queryOptions({
    queryKey: ['sessions', sessionId, 'file-text', path],
    queryFn: async ({ signal }) =>
      await readText('readFile', { params: { session_id: sessionId }, query: { path }, signal }),
    staleTime: 0,
  });
}

export function useDeleteUpload(sessionId: string) {
  const queries = useQueryClient();
  const { queryKey } = filesQuery(sessionId, 'uploads');
  return useMutation({
    mutationFn: async (name: string) =>
      await call('deleteUpload', { params: { session_id: sessionId, name } }),
    onMutate: async (name) => {
      await queries.cancelQueries({ queryKey });
      const before = queries.getQueryData(queryKey);
      queries.setQueryData(queryKey, (now) =>
        now === undefined
          ? now
          : { ...now, items: now.items.filter(({ path }) => path !== `uploads/${name}`) },
      );
      return { before };
    },
    onSuccess: (_reply, name) => tellDone(`“${name}” is deleted.`),
    onError: (error, _name, context) => {
      queries.setQueryData(queryKey, context?.before);
      tellFailed(error);
    },
    onSettled: async () =>
      await queries.invalidateQueries({ queryKey: ['sessions', sessionId, 'files'] }),
  });
}

interface UploadWish {
  readonly sessionId: string;
  readonly file: File;
  /** Bytes that left this machine. */
  readonly onProgress: (sent: number) => void;
  readonly signal: AbortSignal;
}

/** Upload a file. `fetch` tells nothing of its progress, so this is the older way. */
export async function uploadFile({
  sessionId,
  file,
  onProgress,
  signal,
}: UploadWish): Promise<void> {
  signal.throwIfAborted();
  const request = new XMLHttpRequest();
  const href = hrefOf('uploadFile', { params: { session_id: sessionId, name: file.name } });
  await new Promise<void>((resolve, reject) => {
    const abort = (): void => {
      request.abort();
      reject(signal.reason as Error);
    };
    signal.addEventListener('abort', abort, { once: true });
    request.upload.addEventListener('progress', ({ loaded }) => onProgress(loaded));
    request.addEventListener('load', () => {
      if (request.status < 300) resolve();
      else reject(problemOf(request.status, request.responseText));
    });
    request.addEventListener('error', () => reject(unreachable()));
    request.addEventListener('loadend', () => signal.removeEventListener('abort', abort));
    request.open('PUT', href);
    request.setRequestHeader('content-type', 'application/octet-stream');
    request.send(file);
  });
}
