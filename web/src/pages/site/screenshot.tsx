import { useState } from 'react';
import { artefactHref } from '../../api/sites.ts';
import { Dialog } from '../../ui/dialog.tsx';

interface ScreenshotProps {
  readonly sessionId: string;
  readonly path: string;
  /** `desktop of release r0123`. */
  readonly name: string;
  readonly className?: string;
}

/** A picture of the site; a click makes it large. */
export function Screenshot({ sessionId, path, name, className = '' }: ScreenshotProps) {
  const [isLarge, setIsLarge] = useState(false);
  const href = artefactHref(sessionId, path);
  return (
    <>
      <button
        type="button"
        aria-label={`Show large: ${name}`}
        className={`block shrink-0 overflow-hidden rounded-md border border-line bg-white hover:border-muted ${className}`}
        onClick={() => setIsLarge(true)}
      >
        <img src={href} alt="" loading="lazy" className="size-full object-cover object-top" />
      </button>
      <Dialog title={name} isOpen={isLarge} isWide onClose={() => setIsLarge(false)}>
        <img src={href} alt={name} className="mx-auto max-w-full border border-line bg-white" />
      </Dialog>
    </>
  );
}
