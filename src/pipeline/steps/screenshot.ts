import { rm } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import { takeScreenshots } from '../../checks/index.ts';
import { checksDir } from '../release-files.ts';
import { recordChecks } from '../releases.ts';
import type { OwnOutcome, OwnWork } from '../tools.ts';
import { liveRelease } from './live-release.ts';
import type { StepTools } from './own-steps.ts';

/** Step 8: photograph the site, as a desktop and as a phone shows it; kept with the release. */
export function photographSite({ findBrowser, clock }: StepTools): OwnWork {
  return async (ctx, signal) => {
    const browser = await findBrowser();
    if (browser === undefined) return withoutBrowser;
    const { session } = ctx;
    const { url, releaseId } = await liveRelease(ctx);
    const dir = join(session.dir, checksDir(releaseId), 'screenshots');
    await rm(dir, { recursive: true, force: true });
    const work = { url, browser, dir, clock, onNote: (text: string) => ctx.log(text) };
    const taken = await takeScreenshots(work, signal);
    const screenshots = taken.map(({ screen, path }) => ({
      screen,
      path: relative(session.dir, path),
    }));
    return {
      summary: `${taken.length} pictures.`,
      artefacts: screenshots.map(({ path }) => ({ name: basename(path), kind: 'image', path })),
      result: { screenshots },
      record: async (sql) =>
        await recordChecks(sql, { sessionId: session.id, id: releaseId }, { screenshots }),
    };
  };
}

/** A step that needs a browser where there is none. */
export const withoutBrowser: OwnOutcome = {
  summary:
    'There is no Chromium or Chrome here: install one, or name it by browser_path, then run from this step.',
  isSkipped: true,
};
