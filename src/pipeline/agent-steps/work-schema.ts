import { z } from 'zod';
import { line } from './requirements-schema.ts';

/** What an agent tells of files that it wrote. */
export const workSchema = z.strictObject({
  summary: line(2_000).describe('What was done, for the person: one to three sentences.'),
  files: z
    .array(line(500))
    .max(2_000)
    .default([])
    .describe('Files that were made or changed, relative to the current directory.'),
});
