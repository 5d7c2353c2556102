import type { SiteView } from '../../../../src/contract/index.ts';

/** Why nothing can be published or destroyed any more; undefined when it can. */
export function whyNotChange({ status }: Pick<SiteView, 'status'>): string | undefined {
  if (status === 'destroyed') return 'The site is destroyed. Make a new one.';
  if (status === 'destroying') return 'The site is being destroyed.';
  return undefined;
}
