import type { FileView } from '../contract/index.ts';
import * as files from '../sessions/index.ts';
import type { OpenedFile, SessionFile } from '../sessions/index.ts';
import type { AppContext } from './context.ts';
import { toTime } from './to-time.ts';

export interface FileListView {
  readonly items: FileView[];
  readonly is_cut: boolean;
}

/** List a directory of a session: `''`, `source/src`. At most 5,000 entries. */
export async function listFiles(
  { sessions }: AppContext,
  sessionId: string,
  path: string,
  signal: AbortSignal,
): Promise<FileListView> {
  const session = await sessions.get(sessionId, signal);
  const list = await files.listFiles(session, path);
  return { items: list.files.map(toFileView), is_cut: list.isCut };
}

/** Open a file of a session. */
export async function openFile(
  { sessions }: AppContext,
  sessionId: string,
  path: string,
  signal: AbortSignal,
): Promise<OpenedFile> {
  return await files.openFile(await sessions.get(sessionId, signal), path);
}

export interface NewUpload {
  readonly sessionId: string;
  readonly name: string;
  readonly chunks: AsyncIterable<Uint8Array>;
}

/** Keep a file in an active session's `uploads/`; one of that name is replaced. */
export async function saveUpload(
  { sessions, ids, clock }: AppContext,
  { sessionId, name, chunks }: NewUpload,
  signal: AbortSignal,
): Promise<FileView> {
  const session = await sessions.getActive(sessionId, signal);
  const upload = { name, chunks, nonce: ids.nonce(), now: clock.now() };
  try {
    return toFileView(await files.saveUpload(session, upload, signal));
  } catch (error) {
    // Archived or deleted meanwhile, it is not where it was.
    if (error instanceof files.SessionWriteError) await sessions.getActive(sessionId, signal);
    throw error;
  }
}

/** Remove a file of an active session's `uploads/`. */
export async function removeUpload(
  { sessions }: AppContext,
  sessionId: string,
  name: string,
  signal: AbortSignal,
): Promise<void> {
  await files.removeUpload(await sessions.getActive(sessionId, signal), name);
}

function toFileView({ path, bytes, modifiedAt, isDirectory }: SessionFile): FileView {
  return { path, bytes, modified_at: toTime(modifiedAt), is_directory: isDirectory };
}
