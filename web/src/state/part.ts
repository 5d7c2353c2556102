import { tellDone } from '../ui/toasts.tsx';
import { loadPart, type PartTools } from './load-part.ts';

const PAUSE_MS = 1_000;

/** Several parts may wait at once; once is enough to say so. */
let isTold = false;

const tools: PartTools = {
  isServed: async () => {
    try {
      const { ok } = await fetch('/', { method: 'HEAD', cache: 'no-store' });
      if (ok) isTold = false;
      return ok;
    } catch {
      return false;
    }
  },
  pause: async () => await new Promise((then) => setTimeout(then, PAUSE_MS)),
  renew: () => {
    const page = document.querySelector('script[type="module"]')?.getAttribute('src') ?? '';
    if (sessionStorage.getItem('renewed') === page) return false;
    sessionStorage.setItem('renewed', page);
    location.reload();
    return true;
  },
  tellWaiting: () => {
    if (!isTold) tellDone('The server does not answer. This opens when it is back.');
    isTold = true;
  },
};

/** A part of the dashboard that is read when it is first needed. */
export async function part<T>(load: () => Promise<T>): Promise<T> {
  return await loadPart(load, tools);
}
