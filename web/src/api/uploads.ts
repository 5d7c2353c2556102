import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { tellDone, tellFailed } from '../ui/toasts.tsx';
import { uploadFile } from './files.ts';

interface Upload {
  readonly id: number;
  readonly file: File;
  readonly sent: number;
  readonly problem?: string | undefined;
  readonly cancel: () => void;
}

export interface Uploads {
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

interface Attaching {
  readonly attach: (file: File) => Promise<void>;
  /** Files on their way. */
  readonly count: number;
}

/** Upload files that go with a message; each is told by its path in the session when it is there. */
export function useAttaching(sessionId: string, onDone: (path: string) => void): Attaching {
  const [count, setCount] = useState(0);
  const attach = async (file: File): Promise<void> => {
    setCount((now) => now + 1);
    try {
      const { signal } = new AbortController();
      await uploadFile({ sessionId, file, onProgress: () => undefined, signal });
      onDone(`uploads/${file.name}`);
    } catch (error) {
      tellFailed(error);
    } finally {
      setCount((now) => now - 1);
    }
  };
  return { attach, count };
}
