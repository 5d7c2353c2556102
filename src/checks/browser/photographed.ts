import { z } from 'zod';
import { screens } from '../checks.ts';

/** What the program that photographs sends. */
export const photographed = z.union([
  z.object({
    screenshots: z.array(
      z.object({
        screen: z.enum(screens),
        path: z.string(),
        width: z.number(),
        height: z.number(),
      }),
    ),
    /** Other origins that the page loaded something of, with how many files. */
    others: z.record(z.string(), z.number()),
  }),
  /** What is wrong with the page, so that there is no picture. */
  z.object({ problem: z.string() }),
]);
export type Photographed = z.infer<typeof photographed>;
