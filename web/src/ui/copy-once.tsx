import { useState } from 'react';
import { Button } from './button.tsx';
import { copyText } from './copy-text.ts';

const said = {
  yes: 'Copied.',
  no: 'The browser does not let this page copy. Select the text and copy it.',
} as const;

interface CopyOnceProps {
  readonly label: string;
  readonly text: string;
  /** What to know before it is copied. */
  readonly note?: string;
}

/** A text to be taken elsewhere, mostly a secret that is shown this one time, with a button that copies it. */
export function CopyOnce({ label, text, note = 'It is not shown again.' }: CopyOnceProps) {
  const [copied, setCopied] = useState<'yes' | 'no'>();
  return (
    <div className="space-y-2">
      <input
        aria-label={label}
        readOnly
        value={text}
        onFocus={(event) => event.target.select()}
        className="w-full rounded-md border border-line bg-raised px-2 py-1.5 font-mono text-sm"
      />
      <div className="flex items-center gap-3">
        <Button
          kind="primary"
          onClick={async () => {
            setCopied((await copyText(text)) ? 'yes' : 'no');
          }}
        >
          Copy
        </Button>
        <span role="status" className="text-sm text-muted">
          {copied === undefined ? note : said[copied]}
        </span>
      </div>
    </div>
  );
}
