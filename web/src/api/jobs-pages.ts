import type { JobView } from '../../../src/contract/index.ts';

export interface JobPage {
  readonly items: readonly JobView[];
  readonly next: string | null;
}

/**
 * Put a first page that was read again in the place of the one before. It still ends where that
 * ended, since the cursor of the page behind it begins there; where so many jobs came that it does
 * not reach that far, the new page stands alone.
 */
export function mergeFirstPage(before: JobPage | undefined, read: JobPage): JobPage {
  const end = before?.items.at(-1);
  if (before === undefined || end === undefined || before.next === null) return read;
  const last = read.items.at(-1);
  if (read.next !== null && last !== undefined && compareAge(last, end) < 0) return read;
  return { items: read.items.filter((job) => compareAge(job, end) <= 0), next: before.next };
}

/** Negative when `a` stands before `b` in a list, newest first. */
export function compareAge(a: JobView, b: JobView): number {
  if (a.created_at !== b.created_at) return a.created_at > b.created_at ? -1 : 1;
  return a.job_id === b.job_id ? 0 : a.job_id > b.job_id ? -1 : 1;
}

/** All pages as one list, each job once: a page read again may reach into the next. */
export function joinPages(pages: readonly (JobPage | undefined)[]): readonly JobView[] {
  const jobs = new Map<string, JobView>();
  for (const page of pages) {
    // A page that is still being read hides those behind it: no row may stand in a wrong place.
    if (page === undefined) break;
    for (const job of page.items) if (!jobs.has(job.job_id)) jobs.set(job.job_id, job);
  }
  return [...jobs.values()];
}
