import { X } from 'lucide-react';
import { Dialog as Radix } from 'radix-ui';
import type { ReactNode } from 'react';

interface DialogProps {
  readonly title: string;
  readonly description?: string | undefined;
  readonly isOpen: boolean;
  readonly onClose: () => void;
  /** As wide as the window: for pictures. */
  readonly isWide?: boolean;
  readonly children: ReactNode;
}

export function Dialog(props: DialogProps) {
  const { title, description, isOpen, onClose, isWide = false, children } = props;
  return (
    <Radix.Root open={isOpen} onOpenChange={(open) => (open ? undefined : onClose())}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 bg-black/50" />
        <Radix.Content
          className={`fixed top-1/2 left-1/2 z-40 max-h-[90dvh] -translate-x-1/2 -translate-y-1/2 overflow-auto rounded-lg border border-line bg-surface p-4 shadow-xl ${isWide ? 'w-[min(80rem,calc(100vw-1.5rem))]' : 'w-[min(34rem,calc(100vw-1.5rem))]'}`}
          {...(description === undefined ? { 'aria-describedby': undefined } : {})}
        >
          <Radix.Title className="pr-9 text-base font-semibold break-words">{title}</Radix.Title>
          {description === undefined ? null : (
            <Radix.Description className="mt-1 text-muted">{description}</Radix.Description>
          )}
          <div className="mt-3">{children}</div>
          {/* The last by Tab, so that a dialog begins at its first field. */}
          <Radix.Close
            aria-label="Close the dialog"
            className="absolute top-3 right-3 grid size-8 place-items-center rounded-md text-muted hover:bg-raised hover:text-text"
          >
            <X aria-hidden="true" className="size-4" />
          </Radix.Close>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
