import type { SearchAddon } from '@xterm/addon-search';
import { useEffect, useRef, useState } from 'react';
import { Button } from '../ui/button.tsx';

interface SearchBarProps {
  readonly search: SearchAddon;
  readonly onClose: () => void;
}

/** Find text on the screen and in what scrolled off it. */
export function SearchBar({ search, onClose }: SearchBarProps) {
  const field = useRef<HTMLInputElement>(null);
  const [text, setText] = useState('');
  const [isFound, setFound] = useState(true);
  useEffect(() => {
    field.current?.focus();
    return () => search.clearDecorations();
  }, [search]);
  const next = (isBack: boolean): void => {
    if (text === '') return;
    setFound(isBack ? search.findPrevious(text) : search.findNext(text));
  };
  return (
    <search className="flex items-center gap-1 border-b border-line p-1">
      <input
        ref={field}
        aria-label="Find in the terminal"
        aria-invalid={!isFound}
        placeholder="Find"
        className="min-h-8 min-w-0 flex-1 rounded-md border border-line bg-surface px-2"
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          setFound(event.target.value === '' || search.findNext(event.target.value));
        }}
        onKeyDown={(event) => {
          if (event.key === 'Enter') next(event.shiftKey);
          else if (event.key === 'Escape') onClose();
        }}
      />
      <span role="status" className="text-sm text-failed">
        {isFound ? '' : 'Not found'}
      </span>
      <Button onClick={() => next(true)}>Previous</Button>
      <Button onClick={() => next(false)}>Next</Button>
      <Button kind="quiet" aria-label="Close the search" onClick={onClose}>
        ×
      </Button>
    </search>
  );
}
