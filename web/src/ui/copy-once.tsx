import { useState } from 'react';
import { Button } from './button.tsx';

interface CopyOnceProps {
  readonly label: string;
  readonly text: string;
}

/** A secret that is shown this one time, with a button that copies it. */
export function CopyOnce({ label, text }: CopyOnceProps) {
  const [isCopied, setIsCopied] = useState(false);
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
            await navigator.clipboard.writeText(text);
            setIsCopied(true);
          }}
        >
          Copy
        </Button>
        <span role="status" className="text-sm text-muted">
          {isCopied ? 'Copied.' : 'It is not shown again.'}
        </span>
      </div>
    </div>
  );
}
