import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { inputFile, type TestInput } from './browser/survey.ts';
import type { SiteTest, TestReport } from './checks.ts';
import { CheckBrokenError } from './errors.ts';
import { playwrightConfig } from './playwright-config.ts';
import { runProgram } from './run-program.ts';
import { type BrowserWork, tellOfSandbox } from './take-screenshots.ts';

export interface SiteTestWork extends BrowserWork {
  /** Those of the plan; the built-in ones are run in any case. */
  readonly tests: readonly SiteTest[];
  /** How long all of it may take; 10 minutes without. */
  readonly limitMs?: number;
}

const LIMIT_MS = 600_000;
const command = fileURLToPath(import.meta.resolve('@playwright/test/cli'));

const sentResults = z.object({
  results: z
    .array(
      z.object({
        name: z.string(),
        source: z.enum(['built-in', 'plan']),
        outcome: z.enum(['passed', 'failed', 'skipped']),
        durationMs: z.number(),
        problem: z.string().optional(),
      }),
    )
    .max(200),
  faults: z.array(z.string()),
});

/**
 * Go through a site with Playwright: the built-in tests and those of the plan. Failed tests are
 * part of the report. `dir/report/index.html` is replaced; it needs no other file.
 *
 * @throws {CheckBrokenError} the tests were not run to their end: nothing is known of the site.
 * @throws `signal.reason` when aborted.
 */
export async function runSiteTests(work: SiteTestWork, signal: AbortSignal): Promise<TestReport> {
  const { url, browser, dir, clock, onNote, limitMs = LIMIT_MS } = work;
  const what = `Testing ${url}`;
  tellOfSandbox(onNote);
  const reportDir = join(dir, 'report');
  const partial = `${reportDir}.tmp`;
  await mkdir(dir, { recursive: true });
  try {
    const { output, message } = await runProgram(
      {
        arguments: async (workDir) => await prepare(workDir, work, partial),
        browser,
        clock,
        limitMs,
        tooLong: () => new CheckBrokenError(what, `it took longer than ${limitMs / 1_000} s`),
      },
      signal,
    );
    const sent = sentResults.safeParse(message);
    if (!sent.success) throw new CheckBrokenError(what, output);
    const { results, faults } = sent.data;
    if (faults.length > 0) throw new CheckBrokenError(what, faults.join('\n'));
    await rm(reportDir, { recursive: true, force: true });
    await rename(partial, reportDir);
    const complete = results.map((one) => ({ ...one, problem: one.problem }));
    return { results: complete, reportPath: join(reportDir, 'index.html') };
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}

async function prepare(
  workDir: string,
  { url, tests, browser }: SiteTestWork,
  reportDir: string,
): Promise<readonly string[]> {
  const input: TestInput = { url, tests };
  await writeFile(join(workDir, inputFile), JSON.stringify(input));
  const config = playwrightConfig({ url, browser, reportDir, workDir });
  const path = join(workDir, 'playwright.config.mjs');
  await writeFile(path, `export default ${JSON.stringify(config, undefined, 2)};\n`);
  return [command, 'test', '--config', path];
}
