import { z } from 'zod';
import { type Block, pageKinds } from './page-kinds.ts';
import { capitalised, plainLine, slugOf } from './plain-text.ts';
import { type Accent, accentIn, accents, mailAddress } from './read-request.ts';

const text = z.string().max(5_000);
const block = z.object({ heading: text, paragraphs: z.array(text).readonly() });
const page = z.object({
  /** `home`, a kind that the demo agent knows, or `plain`. */
  kind: text,
  title: text,
  /** As visitors see it: `/about.html`. */
  path: text,
  purpose: text,
  blocks: z.array(block).readonly(),
});
export type DesignPage = z.output<typeof page>;

/** All that the demo agent makes a site from; kept beside the files, so that a chat can change it. */
export const designSchema = z.object({
  version: z.literal(1),
  siteType: z.enum(['static', 'dynamic']),
  title: text,
  heading: text,
  theme: z.enum(['light', 'dark', 'auto']),
  accent: z.enum(accents),
  request: text,
  /** Where the contact form leads to. */
  email: text.optional(),
  pages: z.array(page).readonly(),
});
export type Design = Readonly<z.output<typeof designSchema>>;
export type SiteType = Design['siteType'];

/** What the demo agent reads of `requirements.json`. */
export const requirementsPart = z.object({
  title: z.string(),
  pages: z.array(z.object({ title: z.string(), purpose: z.string() })),
  features: z.array(z.string()),
  design: z.object({ theme: z.enum(['light', 'dark', 'auto']), notes: z.string().optional() }),
});

/** What it reads of `plan.json`. */
export const planPart = z.object({
  title: z.string(),
  pages: z.array(z.object({ path: z.string(), title: z.string(), purpose: z.string() })),
});

export function designOf(
  request: string,
  siteType: SiteType,
  requirements: z.output<typeof requirementsPart>,
  plan: z.output<typeof planPart>,
): Design {
  const accent: Accent = accentIn(requirements.design.notes ?? '') ?? 'blue';
  const [email] = request.match(mailAddress) ?? [];
  return {
    version: 1,
    siteType,
    title: plan.title,
    heading: plan.title,
    theme: requirements.design.theme,
    accent,
    request: plainLine(request, 600, ''),
    ...(email === undefined ? {} : { email }),
    pages: plan.pages.map((one) => designPage(one, siteType)),
  };
}

/** Fill a page by its title: those of a known kind get its blocks and its form. */
export function designPage(
  { path, title, purpose }: { path: string; title: string; purpose: string },
  siteType: SiteType,
): DesignPage {
  if (path === '/') return { kind: 'home', path, title, purpose, blocks: [] };
  const slug = slugOf(title);
  const kind = pageKinds.find((one) => slugOf(one.title) === slug || one.words.test(title));
  const isKnown = kind !== undefined && (kind.name !== 'guestbook' || siteType === 'dynamic');
  return isKnown
    ? { kind: kind.name, path, title, purpose, blocks: kind.blocks }
    : { kind: 'plain', path, title, purpose, blocks: plainBlocks(title) };
}

function plainBlocks(title: string): readonly Block[] {
  const paragraphs = [`This page is about ${title}. Replace this text with your own.`];
  return [{ heading: capitalised(title), paragraphs }];
}

/** Names that something else of the site has. */
const reserved = new Set(['', '404', 'index', 'health', 'api', 'assets', 'favicon']);

/** An address for a page that no other one has. */
export function pathFor(title: string, siteType: SiteType, taken: readonly string[]): string {
  const slug = slugOf(title);
  const name = reserved.has(slug) ? `page-${slug}`.replace(/-$/, '') : slug;
  const ending = siteType === 'static' ? '.html' : '';
  for (let number = 1; ; number += 1) {
    const path = `/${name}${number === 1 ? '' : `-${number}`}${ending}`;
    if (!taken.includes(path)) return path;
  }
}
