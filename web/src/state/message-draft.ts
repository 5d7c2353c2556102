import { z } from 'zod';
import { createStore, type Store } from './store.ts';

const draftSchema = z.object({
  text: z.string(),
  files: z.array(z.string()),
  /** What it was sent with, while nobody knows that it arrived: sent again as it is, it counts once. */
  key: z.string().optional(),
});

/** A message to a session's agent until it was sent, also over a reload of the page. */
export type MessageDraft = z.infer<typeof draftSchema>;

export type SentMessage = MessageDraft & { readonly key: string };

const empty: MessageDraft = { text: '', files: [] };
/** One for each session whose conversation was open on this page. */
const drafts = new Map<string, Store<MessageDraft>>();

export function messageDraft(sessionId: string): Store<MessageDraft> {
  const known = drafts.get(sessionId);
  if (known !== undefined) return known;
  const name = `message ${sessionId}`;
  const store = createStore(read(name));
  store.subscribe(() => keep(name, store.get()));
  drafts.set(sessionId, store);
  return store;
}

/** The message with something changed: it is another one, with no key yet. */
export function changed(
  { text, files }: MessageDraft,
  part: Partial<Pick<MessageDraft, 'text' | 'files'>>,
): MessageDraft {
  return { text, files, ...part };
}

/** What is still to be sent, once a message arrived. */
export function withoutSent({ text, files }: MessageDraft, sent: SentMessage): MessageDraft {
  return {
    text: text === sent.text ? '' : text,
    files: files.filter((path) => !sent.files.includes(path)),
  };
}

function read(name: string): MessageDraft {
  try {
    return draftSchema.parse(JSON.parse(localStorage.getItem(name) ?? ''));
  } catch {
    return empty;
  }
}

function keep(name: string, draft: MessageDraft): void {
  try {
    if (draft.text === '' && draft.files.length === 0) localStorage.removeItem(name);
    else localStorage.setItem(name, JSON.stringify(draft));
  } catch {
    // The browser has no room for it: the text is still on the page.
  }
}
