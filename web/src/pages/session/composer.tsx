import { useId, useRef, useState } from 'react';
import type { SessionView } from '../../../../src/contract/index.ts';
import { useSendChat } from '../../api/chat.ts';
import { useAttaching } from '../../api/uploads.ts';
import { NO_CONNECTION, useCanAct } from '../../state/connection.ts';
import { changed, messageDraft } from '../../state/message-draft.ts';
import { useStore } from '../../state/store.ts';
import { ActionButton } from '../../ui/action-button.tsx';
import { Form } from '../../ui/form.tsx';

interface ComposerProps {
  readonly session: SessionView;
  readonly hasSite: boolean;
  readonly whyNot: string | undefined;
  readonly onSent: () => void;
}

/** Where a message is written: Enter sends, Shift+Enter begins a line; it is kept until it was sent. */
export function Composer({ session, hasSite, whyNot, onSent }: ComposerProps) {
  const { session_id: sessionId } = session;
  const draft = messageDraft(sessionId);
  const { text, files } = useStore(draft);
  const { send, isSending } = useSendChat(sessionId);
  const [redeploys, setRedeploys] = useState(true);
  const hint = useId();
  const canAct = useCanAct();
  const change = (part: Parameters<typeof changed>[1]): void =>
    draft.set(changed(draft.get(), part));
  const blocked = whyNot ?? (text.trim() === '' ? 'Write a message first.' : undefined);
  return (
    <Form
      className="shrink-0 border-t border-line bg-surface p-3"
      blocked={blocked}
      onSubmit={() => {
        if (isSending) return;
        onSent();
        send({ redeploys: hasSite && redeploys });
      }}
    >
      <div className="mx-auto max-w-4xl space-y-2">
        <Attached
          files={files}
          onRemove={(path) => change({ files: files.filter((one) => one !== path) })}
        />
        <div className="flex items-end gap-2">
          <textarea
            aria-label="Message to the agent"
            aria-describedby={hint}
            placeholder={whyNot ?? 'Write to the agent'}
            readOnly={whyNot !== undefined || isSending}
            rows={Math.min(10, Math.max(2, text.split('\n').length))}
            className="min-w-0 flex-1 resize-none rounded-md border border-line bg-page px-2 py-1.5 placeholder:text-muted"
            value={text}
            onChange={(event) => change({ text: event.target.value })}
            onKeyDown={(event) => {
              // Enter also ends the composing of a character.
              if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
              event.preventDefault();
              event.currentTarget.form?.requestSubmit();
            }}
          />
          <div className="flex flex-col gap-1">
            <Attach
              sessionId={sessionId}
              whyNot={whyNot}
              onDone={(path) => {
                const others = draft.get().files.filter((one) => one !== path);
                change({ files: [...others, path] });
              }}
            />
            <ActionButton kind="primary" type="submit" blocked={blocked} disabled={isSending}>
              {isSending ? 'Sending…' : 'Send'}
            </ActionButton>
          </div>
        </div>
        {hasSite ? (
          <label className="flex w-fit items-center gap-2">
            <input
              type="checkbox"
              className="size-4 accent-accent"
              checked={redeploys}
              onChange={({ target }) => setRedeploys(target.checked)}
            />
            Redeploy when done
          </label>
        ) : null}
        <p id={hint} className="text-xs text-muted">
          {whyNot ??
            (canAct
              ? 'Enter sends, Shift+Enter begins a new line.'
              : `${NO_CONNECTION} Your text is kept.`)}
        </p>
      </div>
    </Form>
  );
}

interface AttachedProps {
  readonly files: readonly string[];
  readonly onRemove: (path: string) => void;
}

function Attached({ files, onRemove }: AttachedProps) {
  if (files.length === 0) return null;
  return (
    <ul aria-label="Files that go with the message" className="flex flex-wrap gap-2">
      {files.map((path) => (
        <li key={path} className="flex items-center rounded-md bg-raised pl-2 font-mono text-sm">
          {path}
          <button
            type="button"
            aria-label={`Leave out ${path}`}
            className="size-8"
            onClick={() => onRemove(path)}
          >
            ×
          </button>
        </li>
      ))}
    </ul>
  );
}

interface AttachProps {
  readonly sessionId: string;
  readonly whyNot: string | undefined;
  readonly onDone: (path: string) => void;
}

/** Uploads files and names them in the message. */
function Attach({ sessionId, whyNot, onDone }: AttachProps) {
  const input = useRef<HTMLInputElement>(null);
  const { attach, count } = useAttaching(sessionId, onDone);
  return (
    <>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        aria-label="Files to attach"
        onChange={(event) => {
          for (const file of event.target.files ?? []) void attach(file);
          event.target.value = '';
        }}
      />
      <ActionButton blocked={whyNot} disabled={count > 0} onClick={() => input.current?.click()}>
        {count > 0 ? `Uploading ${count}…` : 'Attach'}
      </ActionButton>
    </>
  );
}
