import { z } from 'zod';
import { siteTypes } from '../../deploy/index.ts';
import { line } from './requirements-schema.ts';

/** As it is written in the address bar: no blank, no query, no escapes, and no way upwards. */
const pagePath = z
  .string()
  .max(200)
  .regex(/^\/(?!\/)(?!.*\.\.)[^\s\\?#%]*$/, 'must be a path of the site that begins with one /');

/** Relative, of plain names that do not begin with a dot; `.` is the directory itself. */
const publishDir = z
  .string()
  .max(200)
  .regex(/^(?:\.|[\w-][\w.-]*(?:\/[\w-][\w.-]*)*)$/, 'must be a directory below the current one');

const page = z.strictObject({
  path: pagePath,
  title: line(100),
  purpose: line(1_000),
  sections: z.array(line(1_000)).max(30).default([]),
});

const run = z.strictObject({
  command: z
    .array(z.string().min(1).max(200))
    .min(2)
    .max(20)
    .refine(([program]) => program === 'node', 'must begin with "node": only Node.js runs sites')
    .refine((words) => programOf(words) !== undefined, 'must name a program file such as server.js')
    .describe('Program and arguments: ["node", "server.js"].'),
  health_path: pagePath.default('/health'),
});

/** How the site is built: `plan.json`. */
export const planSchema = z
  .strictObject({
    title: line(100),
    summary: line(2_000),
    site_type: z.enum(siteTypes),
    publish_dir: publishDir.default('.'),
    pages: z.array(page).min(1).max(40),
    features: z.array(line(1_000)).max(40).default([]),
    run: run.optional().describe('Of dynamic sites only.'),
    tests: z
      .array(line(1_000))
      .max(40)
      .default([])
      .describe('What has to be seen, one sentence each.'),
  })
  .superRefine(({ pages, site_type, run: app }, ctx) => {
    const paths = pages.map(({ path }) => path);
    if (!paths.includes('/'))
      ctx.addIssue({ code: 'custom', path: ['pages'], message: 'no page is "/"' });
    for (const [index, path] of paths.entries()) {
      if (paths.indexOf(path) === index) continue;
      ctx.addIssue({ code: 'custom', path: ['pages', index, 'path'], message: 'is there twice' });
    }
    const isDynamic = site_type === 'dynamic';
    if (isDynamic === (app !== undefined)) return;
    const message = isDynamic ? 'a dynamic site needs it' : 'a static site has none';
    ctx.addIssue({ code: 'custom', path: ['run'], message });
  });
export type Plan = z.output<typeof planSchema>;

/** The file that a command runs, relative to the published directory. */
export function programOf([, ...rest]: readonly string[]): string | undefined {
  const program = rest.find((word) => !word.startsWith('-'));
  const isInside = program !== undefined && /^(?!.*\.\.)[\w][\w./-]*$/.test(program);
  return isInside ? program : undefined;
}
