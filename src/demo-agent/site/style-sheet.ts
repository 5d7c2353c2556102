import type { Design } from './design.ts';
import { escapeHtml } from './plain-text.ts';
import type { Accent } from './read-request.ts';

/** On white and on near-black: each has a contrast of at least 4.5 to 1 with its background. */
const colours: Readonly<Record<Accent, { readonly onLight: string; readonly onDark: string }>> = {
  blue: { onLight: '#1d4ed8', onDark: '#93c5fd' },
  green: { onLight: '#166534', onDark: '#86efac' },
  red: { onLight: '#b91c1c', onDark: '#fca5a5' },
  purple: { onLight: '#6b21a8', onDark: '#d8b4fe' },
  orange: { onLight: '#9a3412', onDark: '#fdba74' },
};

export function styleSheet({ theme, accent }: Design): string {
  const { onLight, onDark } = colours[accent];
  const light = `--page: #ffffff; --card: #f3f4f6; --text: #1f2937; --line: #d1d5db; --accent: ${onLight}; --on-accent: #ffffff;`;
  const dark = `--page: #111827; --card: #1f2937; --text: #f3f4f6; --line: #4b5563; --accent: ${onDark}; --on-accent: #111827;`;
  const scheme = theme === 'auto' ? 'light dark' : theme;
  const root = `:root { color-scheme: ${scheme}; ${theme === 'dark' ? dark : light} }`;
  const auto = `@media (prefers-color-scheme: dark) { :root { ${dark} } }`;
  return `${[root, ...(theme === 'auto' ? [auto] : [])].join('\n')}\n${rules}`;
}

const rules = `* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text); font: 1.0625rem/1.6 system-ui, sans-serif; overflow-wrap: anywhere; }
header, main, footer { max-width: 60rem; margin: 0 auto; padding: 1rem; }
header { display: flex; flex-wrap: wrap; gap: 0.5rem 2rem; align-items: baseline; border-bottom: 1px solid var(--line); }
.brand { margin: 0; font-weight: 700; }
nav ul { display: flex; flex-wrap: wrap; gap: 0.25rem 1.25rem; margin: 0; padding: 0; list-style: none; }
nav a { display: inline-block; padding: 0.25rem 0; }
nav a[aria-current] { font-weight: 700; }
a { color: var(--accent); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
main:focus { outline: none; }
.skip { position: absolute; left: -99rem; }
.skip:focus { left: 1rem; top: 0.5rem; padding: 0.5rem; background: var(--page); }
h1, h2, h3 { line-height: 1.2; }
.lead { font-size: 1.25rem; }
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(14rem, 1fr)); gap: 1rem; padding: 0; list-style: none; }
.cards li, blockquote { margin: 0; padding: 1rem; background: var(--card); border: 1px solid var(--line); border-radius: 0.5rem; }
.cards h3 { margin-top: 0; }
.cards p, blockquote p { margin: 0; }
form { max-width: 32rem; }
label { display: block; font-weight: 600; }
input, textarea { width: 100%; padding: 0.5rem; font: inherit; color: inherit; background: var(--page); border: 1px solid var(--text); border-radius: 0.25rem; }
button { padding: 0.6rem 1.2rem; font: inherit; font-weight: 600; color: var(--on-accent); background: var(--accent); border: 0; border-radius: 0.25rem; cursor: pointer; }
footer { margin-top: 2rem; border-top: 1px solid var(--line); }
`;

/** A square in the accent colour with the title's first letter. */
export function favicon({ title, accent }: Design): string {
  const letter = /[\p{L}\p{N}]/u.exec(title)?.[0].toUpperCase() ?? '*';
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="6" fill="${colours[accent].onLight}"/><text x="16" y="23" font-family="sans-serif" font-size="20" font-weight="700" text-anchor="middle" fill="#ffffff">${escapeHtml(letter)}</text></svg>
`;
}
