import { createStore, useStore } from './store.ts';

export const themes = ['system', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

const KEY = 'theme';
const dark = matchMedia('(prefers-color-scheme: dark)');
const kept = themes.find((theme) => theme === localStorage.getItem(KEY));
const store = createStore<Theme>(kept ?? 'system');

dark.addEventListener('change', show);

/** The same rule stands in public/theme.js, for the first paint. */
function show(): void {
  const theme = store.get();
  const isDark = theme === 'dark' || (theme === 'system' && dark.matches);
  document.documentElement.classList.toggle('dark', isDark);
}

export function setTheme(theme: Theme): void {
  localStorage.setItem(KEY, theme);
  store.set(theme);
  show();
}

export function useTheme(): Theme {
  return useStore(store);
}
