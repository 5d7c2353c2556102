import { z } from 'zod';

/** One thing that is wrong with an answer. */
export interface Issue {
  /** `pages.2.path`; `answer` for the whole. */
  readonly place: string;
  readonly message: string;
}

export type ReadAnswer<T> =
  | { readonly kind: 'good'; readonly value: T }
  | { readonly kind: 'impossible'; readonly reason: string }
  | { readonly kind: 'bad'; readonly issues: readonly Issue[] };

const LARGEST_CHARACTERS = 512 * 1_024;
const MOST_ISSUES = 20;

const refusal = z.strictObject({ impossible: z.string().trim().min(1).max(2_000) });

/**
 * Read an agent's answer: one JSON object, alone or in one ```json fence with any text around it.
 * `{"impossible": "reason"}` stands for every schema. At most 20 issues are told.
 */
export function readAnswer<T>(output: string, schema: z.ZodType<T>): ReadAnswer<T> {
  if (output.length > LARGEST_CHARACTERS) {
    return bad(`${output.length} characters; at most ${LARGEST_CHARACTERS} are read`);
  }
  const fences = Array.from(
    output.matchAll(/^[ \t]*```json[ \t]*\r?\n(?<json>.*?)^[ \t]*```[ \t]*\r?$/gims),
    ({ groups }) => groups?.['json'] ?? '',
  );
  if (fences.length > 1) return bad(`${fences.length} \`\`\`json fences; one was expected`);
  let raw: unknown;
  try {
    raw = JSON.parse(fences[0] ?? output);
  } catch (error) {
    return bad(`is no JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  const refused = refusal.safeParse(raw);
  if (refused.success) return { kind: 'impossible', reason: refused.data.impossible };
  const { success, data, error } = schema.safeParse(raw);
  if (success) return { kind: 'good', value: data };
  const issues = error.issues.slice(0, MOST_ISSUES).map(({ path, message }) => {
    return { place: path.map(String).join('.') || 'answer', message };
  });
  return { kind: 'bad', issues };
}

function bad(message: string): ReadAnswer<never> {
  return { kind: 'bad', issues: [{ place: 'answer', message }] };
}
