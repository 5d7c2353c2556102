import { z } from 'zod';

/** What an agent asks a person, and what became of it. */
export const questionView = z.object({
  question_id: z.string(),
  job_id: z.string(),
  attempt: z.int(),
  /** `permission`, `question`, `trust`, ... */
  kind: z.string(),
  question: z.string(),
  choices: z.array(z.string()).readonly(),
  /** The tool that wants a permission, as its CLI names it. */
  tool: z.string().nullable(),
  /** What the tool is to work on: a command line, a path, an address. */
  subject: z.string().nullable(),
  asked_at: z.iso.datetime(),
  /** `kind` is `allow`, `deny`, `choice` (with its index from 0) or `text`. */
  answer: z
    .object({
      kind: z.string(),
      message: z.string().optional(),
      choice: z.int().optional(),
      text: z.string().optional(),
    })
    .nullable(),
  /** Who answered: a name, `person` for the command line, `terminal` when it was answered at the agent's own terminal. */
  answered_by: z.string().nullable(),
  answered_at: z.iso.datetime().nullable(),
});
export type QuestionView = z.infer<typeof questionView>;
