import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { uploadFile } from '../../api/files.ts';
import { ActionButton } from '../../ui/action-button.tsx';
import { Button } from '../../ui/button.tsx';
import { tellDone } from '../../ui/toasts.tsx';

interface Upload {
  readonly id: number;
  readonly file: File;
  readonly sent: number;
  readonly problem?: string | undefined;
  readonly cancel: () => void;
}

interface Uploads {
  readonly list: readonly Upload[];
  readonly add: (files: readonly File[]) => void;
  readonly close: (id: number) => void;
}

let lastId = 0;

/** Uploads on their way and those that failed; what is done leaves the list. */
export function useUploads(sessionId: string): Uploads {
  const [list, setList] = useState<readonly Upload[]>([]);
  const queries = useQueryClient();
  const change = (id: number, part: Partial<Upload>): void =>
    setList((now) => now.map((one) => (one.id === id ? { ...one, ...part } : one)));
  const close = (id: number): void => setList((now) => now.filter((one) => one.id !== id));
  const start = async (file: File): Promise<void> => {
    lastId += 1;
    const id = lastId;
    const abort = new AbortController();
    const { signal } = abort;
    setList((now) => [...now, { id, file, sent: 0, cancel: () => abort.abort() }]);
    try {
      await uploadFile({ sessionId, file, onProgress: (sent) => change(id, { sent }), signal });
      close(id);
      tellDone(`“${file.name}” is uploaded.`);
      await queries.invalidateQueries({ queryKey: ['sessions', sessionId, 'files'] });
    } catch (error) {
      if (signal.aborted) close(id);
      else change(id, { problem: error instanceof Error ? error.message : String(error) });
    }
  };
  return {
    list,
    close,
    add: (files) => {
      for (const file of files) void start(file);
    },
  };
}

export function UploadList({ uploads }: { readonly uploads: Uploads }) {
  if (uploads.list.length === 0) return null;
  return (
    <ul aria-label="Uploads" className="space-y-2 rounded-md border border-line bg-surface p-2">
      {uploads.list.map(({ id, file, sent, problem, cancel }) => (
        <li key={id} className="flex flex-wrap items-center gap-3">
          <span className="min-w-0 flex-1 truncate font-mono">{file.name}</span>
          {problem === undefined ? (
            <>
              <progress
                className="accent-accent"
                aria-label={`Upload of ${file.name}`}
                max={Math.max(1, file.size)}
                value={sent}
              />
              <Button aria-label={`Cancel the upload of ${file.name}`} onClick={cancel}>
                Cancel
              </Button>
            </>
          ) : (
            <>
              <span role="alert" className="text-failed">
                {problem}
              </span>
              <ActionButton
                onClick={() => {
                  uploads.close(id);
                  uploads.add([file]);
                }}
              >
                Retry
              </ActionButton>
              <Button kind="quiet" onClick={() => uploads.close(id)}>
                Close
              </Button>
            </>
          )}
        </li>
      ))}
    </ul>
  );
}
