import { useEffect, useState } from 'react';

const WAIT_MS = 300;

interface LateFieldProps {
  readonly label: string;
  readonly placeholder: string;
  readonly value: string;
  /** Told once the person pauses, not for each letter. */
  readonly onChange: (value: string) => void;
}

export function LateField({ label, placeholder, value, onChange }: LateFieldProps) {
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  useEffect(() => {
    if (text.trim() === value) return undefined;
    const timer = setTimeout(() => onChange(text.trim()), WAIT_MS);
    return () => clearTimeout(timer);
  }, [text, value, onChange]);
  return (
    <label className="flex items-center gap-2 text-sm">
      {label}
      <input
        type="search"
        className="min-h-8 w-44 rounded-md border border-line bg-surface px-2 font-mono placeholder:text-muted"
        placeholder={placeholder}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
    </label>
  );
}
