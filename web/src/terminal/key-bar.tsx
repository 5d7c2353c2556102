const ESC = '\u001b';

/** Keys that keyboards of phones lack; `application` is what a program that asked for it gets. */
const keys = [
  { label: 'Esc', bytes: ESC },
  { label: 'Tab', bytes: '\t' },
  { label: 'Shift+Tab', bytes: `${ESC}[Z` },
  { label: '↑', name: 'Up', bytes: `${ESC}[A`, application: `${ESC}OA` },
  { label: '↓', name: 'Down', bytes: `${ESC}[B`, application: `${ESC}OB` },
  { label: '←', name: 'Left', bytes: `${ESC}[D`, application: `${ESC}OD` },
  { label: '→', name: 'Right', bytes: `${ESC}[C`, application: `${ESC}OC` },
  { label: 'Enter', bytes: '\r' },
  { label: 'Ctrl+C', bytes: '\u0003' },
  { label: 'Ctrl+D', bytes: '\u0004' },
] as const;

interface KeyBarProps {
  /** True when the program asked for the other codes of the arrow keys. */
  readonly isApplication: () => boolean;
  readonly onKey: (bytes: string) => void;
}

/** Keys to touch, for whoever has no full keyboard. */
export function KeyBar({ isApplication, onKey }: KeyBarProps) {
  return (
    <div role="toolbar" aria-label="Keys" className="flex gap-1 overflow-x-auto p-1">
      {keys.map((key) => (
        <button
          key={key.label}
          type="button"
          aria-label={'name' in key ? key.name : key.label}
          className="min-h-9 min-w-9 shrink-0 rounded-md border border-line bg-raised px-2 text-sm whitespace-nowrap"
          // The terminal keeps the focus, and a phone its keyboard.
          onPointerDown={(event) => event.preventDefault()}
          onClick={() =>
            onKey('application' in key && isApplication() ? key.application : key.bytes)
          }
        >
          {key.label}
        </button>
      ))}
    </div>
  );
}
