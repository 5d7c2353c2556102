import { useSyncExternalStore } from 'react';

const wide = matchMedia('(min-width: 48rem)');

function subscribe(listener: () => void): () => void {
  wide.addEventListener('change', listener);
  return () => wide.removeEventListener('change', listener);
}

/** True from the width on at which the navigation stands at the side (Tailwind's `md`). */
export function useIsWide(): boolean {
  return useSyncExternalStore(subscribe, () => wide.matches);
}
