import { readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { Design } from './design.ts';
import { capitalised, escapeHtml } from './plain-text.ts';
import { renderSite } from './render-site.ts';
import { readText, writeText } from './write-site.ts';

export interface Mended {
  readonly summary: string;
  readonly files: readonly string[];
}

/** A fault that rules can find and mend in a page, and words of a problem that ask for it. */
interface Mender {
  readonly words: RegExp;
  readonly what: string;
  readonly mend: (html: string, file: string) => Promise<string> | string;
}

/**
 * Mend what the problems name, as far as rules can: files that are missing, images without `alt`,
 * links that lead nowhere, a page without language or title. Nothing else is touched.
 */
export async function mendSite(
  dir: string,
  problems: string,
  design: Design | undefined,
): Promise<Mended> {
  const restored = design === undefined ? [] : await restore(dir, problems, design);
  const publicDir = design?.siteType === 'dynamic' ? join(dir, 'public') : dir;
  const changed = new Map<string, readonly string[]>();
  for (const file of await pagesIn(publicDir)) {
    const html = (await readText(file)) ?? '';
    let mended = html;
    const done: string[] = [];
    for (const { words, what, mend } of mendersFor(publicDir)) {
      if (!words.test(problems)) continue;
      const next = await mend(mended, file);
      if (next !== mended) done.push(what);
      mended = next;
    }
    if (mended === html) continue;
    await writeText(file, mended);
    changed.set(relative(dir, file), done);
  }
  const files = [...new Set([...restored, ...changed.keys()])];
  return { summary: tell(restored, changed), files };
}

function tell(
  restored: readonly string[],
  changed: ReadonlyMap<string, readonly string[]>,
): string {
  const again = restored.length === 0 ? [] : [`Written again: ${restored.join(', ')}.`];
  const pages = [...changed].map(([file, done]) => `${file}: ${done.join(', ')}.`);
  const told = [...again, ...pages];
  return told.length === 0
    ? 'Nothing was changed: the demo agent has no model, and no rule of its fits these problems.'
    : told.join(' ').slice(0, 1_900);
}

/** Files of the design that are gone; and the program when it is what failed. */
async function restore(dir: string, problems: string, design: Design): Promise<readonly string[]> {
  const restored: string[] = [];
  const isProgramNamed = /refused|answered 5\d\d|took longer|server\.js|exited|ended/i.test(
    problems,
  );
  for (const [path, content] of renderSite(design)) {
    const present = await readText(join(dir, path));
    const isBroken = path === 'server.js' && isProgramNamed && present !== content;
    if (present !== undefined && !isBroken) continue;
    await writeText(join(dir, path), content);
    restored.push(path);
  }
  return restored;
}

function mendersFor(publicDir: string): readonly Mender[] {
  return [
    {
      words: /\balt\b|alternative text/i,
      what: 'images have an alt',
      mend: (html) =>
        html.replaceAll(/<img\b(?![^>]*\salt\s*=)(?<rest>[^>]*)>/gi, (_all, rest: string) => {
          const file = /src\s*=\s*["']?(?<path>[^"'\s>]*)/i.exec(rest)?.groups?.['path'] ?? '';
          return `<img alt="${escapeHtml(wordsOf(file))}"${rest}>`;
        }),
    },
    {
      words: /\blinks?\b|answered 404|not found/i,
      what: 'links that led nowhere are plain text',
      mend: async (html, file) => await withoutDeadLinks(html, file, publicDir),
    },
    {
      words: /\blang(?:uage)?\b/i,
      what: 'the language is named',
      mend: (html) => html.replace(/<html(?![^>]*\slang\s*=)/i, '<html lang="en"'),
    },
    {
      words: /\btitle\b/i,
      what: 'it has a title',
      mend: (html, file) =>
        /<title>\s*[^<\s]/i.test(html)
          ? html
          : html
              .replace(/<title>\s*<\/title>/i, '')
              .replace(/<head[^>]*>/i, (head) => `${head}\n<title>${wordsOf(file)}</title>`),
    },
  ];
}

/** Of a file's name: `img/two-cats.png` is `Two cats`. */
function wordsOf(path: string): string {
  const name = path.split('/').at(-1) ?? '';
  return capitalised(
    name
      .replace(/\.\w+$/, '')
      .replaceAll(/[-_]+/g, ' ')
      .trim(),
  );
}

async function withoutDeadLinks(html: string, file: string, publicDir: string): Promise<string> {
  const links = [
    ...html.matchAll(/<a\b[^>]*\shref\s*=\s*"(?<href>[^"#?]*)[^"]*"[^>]*>(?<text>.*?)<\/a>/gis),
  ];
  let mended = html;
  for (const { 0: all, groups } of links) {
    const href = groups?.['href'] ?? '';
    const isLocal = href !== '' && !/^(?:[a-z][a-z0-9+.-]*:|\/\/)/i.test(href);
    if (!isLocal || (await leadsSomewhere(href, file, publicDir))) continue;
    mended = mended.replace(all, () => groups?.['text'] ?? '');
  }
  return mended;
}

async function leadsSomewhere(href: string, file: string, publicDir: string): Promise<boolean> {
  const target = href.startsWith('/') ? join(publicDir, href) : join(file, '..', href);
  const tries = href.endsWith('/')
    ? [join(target, 'index.html')]
    : [target, `${target}.html`, join(target, 'index.html')];
  for (const path of tries) {
    if (await isText(path)) return true;
  }
  return false;
}

async function isText(path: string): Promise<boolean> {
  try {
    return (await readText(path)) !== undefined;
  } catch {
    // A directory: what lies in it is tried by itself.
    return false;
  }
}

async function pagesIn(dir: string): Promise<readonly string[]> {
  const entries = await readdir(dir, { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.html'))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !relative(dir, path).split('/').some(isHidden))
    .toSorted()
    .slice(0, 500);
}

function isHidden(name: string): boolean {
  return name.startsWith('.') || name === 'node_modules';
}
