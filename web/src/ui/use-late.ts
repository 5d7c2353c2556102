import { useEffect, useState } from 'react';

/** The value as it was when it last stayed the same for a while. */
export function useLate<T>(value: T, pauseMs: number): T {
  const [late, setLate] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setLate(value), pauseMs);
    return () => clearTimeout(timer);
  }, [value, pauseMs]);
  return late;
}
