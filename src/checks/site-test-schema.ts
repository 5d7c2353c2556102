import { z } from 'zod';
import type { SiteTest } from './checks.ts';

const MOST_TESTS = 50;
const MOST_STEPS = 30;

const text = z.string().trim().min(1).max(500);
/** Of the site itself: `/about.html?x=1#team`, never another host. */
const path = z
  .string()
  .max(500)
  .regex(/^\/(?![/\\])[^\s\\]*$/, 'must be a path of the site that begins with one /');

const step = z.discriminatedUnion('do', [
  z.strictObject({ do: z.literal('visit'), path }),
  z.strictObject({ do: z.literal('see'), text }),
  z.strictObject({ do: z.literal('see-heading'), text }),
  z.strictObject({ do: z.literal('see-title'), text }),
  z.strictObject({ do: z.literal('click'), role: z.enum(['link', 'button']), name: text }),
  z.strictObject({ do: z.literal('fill'), label: text, value: z.string().max(2_000) }),
  z.strictObject({ do: z.literal('be-at'), path }),
]);

/** One test as an agent writes it; every other form is refused, with the field. */
export const siteTestSchema = z.strictObject({
  name: z.string().trim().min(1).max(200),
  steps: z.array(step).min(1).max(MOST_STEPS),
});

/** All tests of a site, each with a name of its own. */
export const siteTestsSchema = z
  .array(siteTestSchema)
  .max(MOST_TESTS)
  .refine((tests) => new Set(tests.map(({ name }) => name)).size === tests.length, {
    message: 'two tests have one name',
  }) satisfies z.ZodType<readonly SiteTest[]>;
