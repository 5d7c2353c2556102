import { z } from 'zod';
import { siteStepNames } from '../../../../src/contract/index.ts';

/** What the pages of sites keep in their URLs; what is not understood there is left out. */
export const siteStatuses = ['live', 'building', 'failed', 'destroying', 'destroyed'] as const;

export const sitesSearch = z.object({ status: z.enum(siteStatuses).optional().catch(undefined) });

export const siteTabs = ['pipeline', 'preview', 'releases', 'logs', 'about'] as const;
export type SiteTab = (typeof siteTabs)[number];

export const previewViews = ['desktop', 'mobile', 'changes'] as const;
export type PreviewView = (typeof previewViews)[number];

export const siteSearch = z.object({
  tab: z.enum(siteTabs).optional().catch(undefined),
  /** Pipeline: the execution and the step that are shown; left out: the newest, where it is now. */
  execution: z.string().max(80).optional().catch(undefined),
  step: z.enum(siteStepNames).optional().catch(undefined),
  /** Preview: what stands beside the conversation. */
  view: z.enum(previewViews).optional().catch(undefined),
});
