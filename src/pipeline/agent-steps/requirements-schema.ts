import { z } from 'zod';

export const line = (most: number) => z.string().trim().min(1).max(most);
const lines = (count: number) => z.array(line(1_000)).max(count);

/** What a person wants, as step 3 understood it: `requirements.json`. */
export const requirementsSchema = z.strictObject({
  title: line(100),
  summary: line(2_000),
  language: z
    .string()
    .regex(/^[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*$/, 'must be a language tag such as "en"')
    .default('en')
    .describe('Of the texts of the site.'),
  audience: line(500).optional(),
  pages: z
    .array(z.strictObject({ title: line(100), purpose: line(1_000) }))
    .min(1)
    .max(30),
  features: lines(30).default([]),
  design: z.strictObject({
    theme: z.enum(['light', 'dark', 'auto']).default('auto'),
    notes: line(2_000).optional(),
  }),
  facts: lines(100).default([]).describe('What the person told that has to appear.'),
  assumptions: lines(30).default([]).describe('What was decided for the person.'),
});
