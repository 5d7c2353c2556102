import type { DocumentFacts } from './survey.ts';

/**
 * Read what a document says of itself. Runs inside the page: it may use nothing from outside.
 * At most 1,000 links, 5,000 ids and 50 fields.
 */
export function lookAtDocument(): DocumentFacts {
  // oxlint-disable-next-line unicorn/consistent-function-scoping -- nothing outside is there in the page
  const short = (text: string | null | undefined): string =>
    (text ?? '').replaceAll(/\s+/g, ' ').trim().slice(0, 100);
  const links = [...document.querySelectorAll<HTMLAnchorElement>('a[href]')]
    .slice(0, 1_000)
    .filter(({ protocol }) => protocol.startsWith('http'))
    .map((link) => ({
      href: link.href.slice(0, 2_000),
      text: short(link.textContent || link.ariaLabel || link.querySelector('img')?.alt),
    }));
  const named = [...document.querySelectorAll<HTMLElement>('[id], a[name]')].slice(0, 5_000);
  const quiet = ['hidden', 'submit', 'button', 'image', 'reset'];
  const fields = [
    ...document.querySelectorAll<HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement>(
      'input, select, textarea',
    ),
  ].filter((field) => {
    const isLabelled =
      [...(field.labels ?? [])].some((label) => short(label.textContent) !== '') ||
      ['aria-label', 'aria-labelledby', 'title'].some((name) => field.getAttribute(name)?.trim());
    return !quiet.includes(field.type) && !isLabelled;
  });
  return {
    title: short(document.title),
    language: short(document.documentElement.lang),
    description: short(
      document.querySelector('meta[name="description" i]')?.getAttribute('content'),
    ),
    fitsPhones: document.querySelector('meta[name="viewport" i]') !== null,
    links,
    ids: named.flatMap((one) => [one.id, one.getAttribute('name') ?? '']).filter(Boolean),
    unlabelled: fields.slice(0, 50).map((field) => {
      const copy = field.cloneNode(false);
      return short(copy instanceof Element ? copy.outerHTML : field.tagName);
    }),
  };
}

/** Load every image, also those that wait to be scrolled to, and give the addresses of those that are none. In the page. */
export async function findBrokenImages(): Promise<readonly string[]> {
  const images = [...document.images].slice(0, 300);
  for (const image of images) image.loading = 'eager';
  const tried = await Promise.allSettled(images.map(async (image) => await image.decode()));
  return images
    .filter((image, index) => tried[index]?.status === 'rejected' && image.naturalWidth === 0)
    .slice(0, 30)
    .map(({ src, currentSrc }) => (currentSrc || src).slice(0, 2_000));
}

/** Say by what a page is wider than its window; undefined when it is not. Runs inside the page. */
export function findOverflow(): string | undefined {
  const { scrollWidth, clientWidth } = document.documentElement;
  if (scrollWidth <= clientWidth + 1) return undefined;
  const wide = [...document.body.querySelectorAll('*')]
    .map((element) => ({ element, right: Math.round(element.getBoundingClientRect().right) }))
    .filter(({ right }) => right > clientWidth + 1)
    .toSorted((a, b) => b.right - a.right)
    .slice(0, 3)
    .map(({ element, right }) => {
      // That of an SVG element is no text.
      const [name = ''] = (element.getAttribute('class') ?? '').trim().split(/\s+/);
      const id = element.id === '' ? '' : `#${element.id}`;
      const kind = name === '' ? '' : `.${name}`;
      return `<${element.tagName.toLowerCase()}${id}${kind}> ends at ${right} px`;
    });
  return `is ${scrollWidth} px wide on a screen of ${clientWidth} px: ${wide.join(', ')}`;
}
