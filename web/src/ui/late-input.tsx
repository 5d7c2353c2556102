import { type Ref, useEffect, useRef, useState } from 'react';

interface LateInputProps {
  readonly ref?: Ref<HTMLInputElement>;
  readonly label: string;
  readonly placeholder: string;
  readonly value: string;
  readonly className: string;
  /** Told after a short pause, not at each letter; without spaces at its ends. */
  readonly onChange: (value: string) => void;
}

const PAUSE_MS = 200;

/** A field that narrows a list while one types. */
export function LateInput({ ref, label, placeholder, value, className, onChange }: LateInputProps) {
  const [typed, setTyped] = useState(value);
  const latest = useRef(onChange);
  latest.current = onChange;
  // A space that was typed stays: the next word comes behind it.
  useEffect(() => setTyped((now) => (now.trim() === value ? now : value)), [value]);
  useEffect(() => {
    if (typed.trim() === value) return undefined;
    const timer = setTimeout(() => latest.current(typed.trim()), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [typed, value]);
  return (
    <input
      ref={ref}
      type="search"
      aria-label={label}
      placeholder={placeholder}
      className={`min-h-8 min-w-0 rounded-md border border-line bg-surface px-2 placeholder:text-muted ${className}`}
      value={typed}
      onChange={(event) => setTyped(event.target.value)}
      onKeyDown={(event) => {
        if (event.key === 'Escape' || event.key === 'Enter') event.currentTarget.blur();
      }}
    />
  );
}
