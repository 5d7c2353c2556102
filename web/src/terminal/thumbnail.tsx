import { useEffect, useRef, useState } from 'react';
import type { ThumbPayload } from '../../../src/contract/index.ts';
import { openTerminals } from '../state/terminals.ts';
import { lastRows } from './last-rows.ts';

interface ThumbnailProps {
  readonly agentId: string;
  readonly isLive: boolean;
}

/** A small live picture of a terminal; nothing is sent for one that is scrolled out of view. */
export function Thumbnail({ agentId, isLive }: ThumbnailProps) {
  const box = useRef<HTMLDivElement>(null);
  const [isVisible, setVisible] = useState(false);
  const [thumb, setThumb] = useState<ThumbPayload>();
  useEffect(() => {
    if (box.current === null) return undefined;
    const observer = new IntersectionObserver(
      (entries) => setVisible(entries.at(-1)?.isIntersecting ?? false),
      { rootMargin: '100px' },
    );
    observer.observe(box.current);
    return () => observer.disconnect();
  }, []);
  useEffect(() => {
    if (!isVisible || !isLive) return undefined;
    const view = openTerminals().show(agentId, 'thumb', {
      onSnapshot: (_screen, parsed) => parsed(),
      onDelta: (_bytes, parsed) => parsed(),
      onThumbnail: setThumb,
    });
    return () => view.close();
  }, [agentId, isVisible, isLive]);
  return (
    <div
      ref={box}
      aria-hidden="true"
      className="h-36 overflow-hidden rounded-t-lg bg-terminal p-2 text-terminal-text"
    >
      <pre className="font-mono text-[9px]/[11px] whitespace-pre">
        {thumb === undefined ? (isLive ? '…' : 'ended') : lastRows(thumb.text).join('\n')}
      </pre>
    </div>
  );
}
