import type { Design } from './design.ts';
import { contactScript } from './contact-form.ts';
import { notFoundPage, renderPage } from './render-page.ts';
import { serverProgram } from './server-program.ts';
import { favicon, styleSheet } from './style-sheet.ts';

/** Every file of a site by its path relative to the published directory. The same design gives the same files. */
export function renderSite(design: Design): ReadonlyMap<string, string> {
  const isDynamic = design.siteType === 'dynamic';
  const folder = isDynamic ? 'public/' : '';
  const files = new Map(
    design.pages.map((page) => [`${folder}${fileOf(page.path)}`, renderPage(design, page)]),
  );
  files.set(`${folder}404.html`, notFoundPage(design));
  files.set(`${folder}assets/style.css`, styleSheet(design));
  files.set(`${folder}favicon.svg`, favicon(design));
  if (isDynamic) {
    files.set('server.js', serverProgram);
    files.set('package.json', `{ "private": true, "type": "commonjs" }\n`);
  } else if (design.pages.some(({ kind }) => kind === 'contact')) {
    files.set('assets/contact.js', contactScript(design));
  }
  return files;
}

function fileOf(path: string): string {
  if (path === '/') return 'index.html';
  const name = path.slice(1);
  if (name.endsWith('/')) return `${name}index.html`;
  return /\.\w+$/.test(name) ? name : `${name}.html`;
}
