import { useQuery } from '@tanstack/react-query';
import { Copy } from 'lucide-react';
import { useState } from 'react';
import { outputQuery, promptQuery } from '../api/jobs.ts';
import { useIsWide } from '../ui/use-is-wide.ts';
import { copyText } from '../ui/copy-text.ts';
import { tellDone, tellFailed } from '../ui/toasts.tsx';

interface JobTextsProps {
  readonly jobId: string;
  readonly isSettled: boolean;
}

/** Prompt and output side by side; one at a time on a phone. */
export function JobTexts({ jobId, isSettled }: JobTextsProps) {
  const isWide = useIsWide();
  const [shown, setShown] = useState<'prompt' | 'output'>('output');
  const prompt = useQuery(promptQuery(jobId));
  const output = useQuery(outputQuery(jobId));
  const waits = isSettled ? 'It wrote no output.' : 'Nothing is written yet.';
  const promptText = (
    <Text
      title="Prompt"
      text={prompt.data?.prompt}
      empty={prompt.error?.message ?? 'Reading…'}
      note={prompt.data?.is_cut === true ? 'Only its beginning is shown.' : undefined}
    />
  );
  const outputText = (
    <Text
      title="Output"
      text={output.data?.output}
      empty={output.error?.message ?? (output.isPending ? 'Reading…' : waits)}
      note={undefined}
    />
  );
  if (isWide) {
    return (
      <div className="grid gap-3 xl:grid-cols-2">
        {promptText}
        {outputText}
      </div>
    );
  }
  return (
    <div>
      <div role="tablist" aria-label="Texts" className="mb-2 flex gap-1">
        {(['prompt', 'output'] as const).map((name) => (
          <button
            key={name}
            type="button"
            role="tab"
            aria-selected={shown === name}
            className="min-h-8 rounded-md px-3 text-muted aria-selected:bg-raised aria-selected:font-semibold aria-selected:text-text"
            onClick={() => setShown(name)}
          >
            {name === 'prompt' ? 'Prompt' : 'Output'}
          </button>
        ))}
      </div>
      <div role="tabpanel" aria-label={shown}>
        {shown === 'prompt' ? promptText : outputText}
      </div>
    </div>
  );
}

interface TextProps {
  readonly title: string;
  readonly text: string | undefined;
  /** Shown while there is no text. */
  readonly empty: string;
  readonly note: string | undefined;
}

function Text({ title, text, empty, note }: TextProps) {
  return (
    <section aria-label={title} className="min-w-0">
      <div className="flex min-h-8 items-center">
        <h2 className="mr-auto font-semibold">{title}</h2>
        {text === undefined ? null : (
          <button
            type="button"
            aria-label={`Copy the ${title.toLowerCase()}`}
            title="Copy"
            className="grid size-8 place-items-center rounded-md hover:bg-raised"
            onClick={() => void copy(title, text)}
          >
            <Copy aria-hidden="true" className="size-4" />
          </button>
        )}
      </div>
      {text === undefined ? (
        <p className="rounded-md border border-line p-3 text-muted">{empty}</p>
      ) : (
        <pre
          tabIndex={0}
          role="region"
          aria-label={`Text of the ${title.toLowerCase()}`}
          className="max-h-[60dvh] overflow-auto rounded-md border border-line bg-surface p-3 font-mono text-sm break-words whitespace-pre-wrap"
        >
          {text}
        </pre>
      )}
      {note === undefined ? null : <p className="mt-1 text-sm text-muted">{note}</p>}
    </section>
  );
}

async function copy(title: string, text: string): Promise<void> {
  if (await copyText(text)) tellDone(`${title} copied.`);
  else tellFailed(new Error('The browser does not let this page copy. Select the text instead.'));
}
