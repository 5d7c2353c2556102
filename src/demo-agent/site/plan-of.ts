import type { z } from 'zod';
import { designPage, pathFor, type requirementsPart, type SiteType } from './design.ts';

/** Plan a site from its requirements: what `plan.json` holds. */
export function planOf(requirements: z.output<typeof requirementsPart>, siteType: SiteType) {
  const { title, features } = requirements;
  const pages: { path: string; title: string; purpose: string; sections: readonly string[] }[] = [];
  for (const [index, page] of requirements.pages.entries()) {
    const taken = pages.map(({ path }) => path);
    const path = index === 0 ? '/' : pathFor(page.title, siteType, taken);
    const { blocks } = designPage({ ...page, path }, siteType);
    pages.push({ path, ...page, sections: blocks.map(({ heading }) => heading) });
  }
  const command = ['node', 'server.js'];
  return {
    title,
    summary: `A ${siteType} site of ${pages.length} pages, written by the rules of the demo agent.`,
    site_type: siteType,
    publish_dir: '.',
    pages,
    features,
    ...(siteType === 'dynamic' ? { run: { command, health_path: '/health' } } : {}),
    tests: [
      `The first page has the title ${title}.`,
      ...pages.slice(1).map((page) => `The navigation leads to ${page.title}.`),
    ],
  };
}
