import { contactForm } from './contact-form.ts';
import type { Design, DesignPage } from './design.ts';
import { escapeHtml } from './plain-text.ts';

const footer = 'Made by the built-in demo agent of tmux-builder, without a model';

export function renderPage(design: Design, page: DesignPage): string {
  const title = page.kind === 'home' ? design.title : `${page.title} – ${design.title}`;
  const link = design.siteType === 'dynamic' ? absolute : relativeTo(page.path);
  const scripts =
    page.kind === 'contact' && design.siteType === 'static'
      ? [`<script src="${link('/assets/contact.js')}" defer></script>`]
      : [];
  return shell({
    design,
    title,
    link,
    current: page.path,
    scripts,
    main: mainOf(design, page, link),
  });
}

/** It is shown at any path: every link in it begins with `/`. */
export function notFoundPage(design: Design): string {
  const main = `<h1>This page is not here</h1>
<p>The address is wrong, or the page was moved. <a href="/">Go to the first page</a>.</p>`;
  const title = `Not found – ${design.title}`;
  return shell({ design, title, link: absolute, current: undefined, scripts: [], main });
}

interface Shell {
  readonly design: Design;
  readonly title: string;
  readonly link: Link;
  readonly current: string | undefined;
  readonly scripts: readonly string[];
  readonly main: string;
}

type Link = (path: string) => string;

const absolute: Link = (path) => path;

/** Pages may lie in folders; the site may lie at any address. */
function relativeTo(from: string): Link {
  const up = '../'.repeat(from.split('/').length - 2);
  return (path) => {
    const file = path.endsWith('/') ? `${path}index.html` : path;
    return `${up}${file.slice(1)}`;
  };
}

function shell({ design, title, link, current, scripts, main }: Shell): string {
  const items = design.pages.map((page) => {
    const mark = page.path === current ? ' aria-current="page"' : '';
    return `<li><a href="${escapeHtml(link(page.path))}"${mark}>${escapeHtml(page.title)}</a></li>`;
  });
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<meta name="description" content="${escapeHtml(design.title)}">
<link rel="icon" href="${link('/favicon.svg')}" type="image/svg+xml">
<link rel="stylesheet" href="${link('/assets/style.css')}">
${scripts.map((one) => `${one}\n`).join('')}</head>
<body>
<a class="skip" href="#main">Skip to content</a>
<header>
<p class="brand">${escapeHtml(design.title)}</p>
<nav aria-label="Pages">
<ul>
${items.join('\n')}
</ul>
</nav>
</header>
<main id="main" tabindex="-1">
${main}
</main>
<footer>
<p>${footer}</p>
</footer>
</body>
</html>
`;
}

function mainOf(design: Design, page: DesignPage, link: Link): string {
  const isHome = page.kind === 'home';
  const heading = isHome ? design.heading : page.title;
  const lead = isHome ? `Welcome to ${design.title}.` : page.purpose;
  return [
    `<h1>${escapeHtml(heading)}</h1>`,
    `<p class="lead">${escapeHtml(lead)}</p>`,
    ...page.blocks.map(({ heading: title, paragraphs }) => {
      const texts = paragraphs.map((one) => `<p>${escapeHtml(one)}</p>`).join('\n');
      return `<section>\n<h2>${escapeHtml(title)}</h2>\n${texts}\n</section>`;
    }),
    ...special(design, page, link),
  ].join('\n');
}

function special(design: Design, page: DesignPage, link: Link): readonly string[] {
  switch (page.kind) {
    case 'home':
      return home(design, link);
    case 'contact':
      return contactForm(design);
    case 'guestbook':
      return guestbook;
    default:
      return [];
  }
}

function home({ pages, request }: Design, link: Link): readonly string[] {
  const cards = pages.slice(1).map(
    ({
      path,
      title,
      purpose,
    }) => `<li><h3><a href="${escapeHtml(link(path))}">${escapeHtml(title)}</a></h3>
<p>${escapeHtml(purpose)}</p></li>`,
  );
  const list = `<ul class="cards">\n${cards.join('\n')}\n</ul>`;
  return [
    ...(cards.length === 0 ? [] : [`<section>\n<h2>On this site</h2>\n${list}\n</section>`]),
    `<section>\n<h2>What was asked for</h2>\n<blockquote><p>${escapeHtml(request)}</p></blockquote>\n</section>`,
  ];
}

/** The program puts the entries in the place of the mark. */
const guestbook: readonly string[] = [
  `<section>
<h2>Sign it</h2>
<form method="post" action="/guestbook">
<p><label for="name">Name</label> <input id="name" name="name" required maxlength="80" autocomplete="name"></p>
<p><label for="message">Message</label> <textarea id="message" name="message" rows="4" required maxlength="1000"></textarea></p>
<p><button type="submit">Sign the guestbook</button></p>
</form>
</section>
<section>
<h2>What others wrote</h2>
<!-- entries -->
</section>`,
];
