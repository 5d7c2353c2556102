import { z } from 'zod';

/** One thing that Azure says is wrong. */
export interface AzureProblem {
  /** `QuotaExceeded` */
  readonly code: string;
  readonly message: string;
}

/** Azure answered that it will not, or a deployment came to a bad end. */
export class AzureRefusal extends Error {
  /** HTTP status; undefined where a deployment failed on the way. */
  readonly status: number | undefined;
  /** What is wrong, outer first; at most 20. */
  readonly problems: readonly AzureProblem[];
  readonly retryAfterMs: number | undefined;

  constructor(status: number | undefined, body: unknown, retryAfterMs?: number) {
    const problems = problemsIn(body);
    super(problems.map(({ code, message }) => `${code}: ${message}`).join(' ') || `${status}`);
    this.name = 'AzureRefusal';
    this.status = status;
    this.problems = problems;
    this.retryAfterMs = retryAfterMs;
  }

  /** Read what a `fetch` was refused with. */
  static async of(response: Response): Promise<AzureRefusal> {
    const wait = response.headers.get('retry-after');
    const body = parseRefusal(response.status, await response.text());
    return new AzureRefusal(response.status, body, toWaitMs(wait));
  }

  has(...codes: readonly string[]): boolean {
    return this.problems.some(({ code }) => codes.includes(code));
  }
}

/** The body of a refusal; what a proxy on the way says, or nothing, counts as its status. */
export function parseRefusal(status: number, text: string | null | undefined): unknown {
  return jsonIn(text ?? '') ?? { code: `HTTP ${status}`, message: '' };
}

/** Retry-After in seconds, as Azure always gives it; a date is not waited for. */
export function toWaitMs(header: string | null | undefined): number | undefined {
  return /^\d{1,6}$/.test(header ?? '') ? Number(header) * 1_000 : undefined;
}

const MOST_PROBLEMS = 20;
const LONGEST_MESSAGE = 500;

const shape = z.object({
  code: z.string().nullish(),
  message: z.string().nullish(),
  details: z.array(z.unknown()).nullish(),
});
const wrapped = z.object({ error: shape });

/**
 * Read an error of the Resource Manager: `{error: {code, message, details: [...]}}`, nested as deep
 * as it likes, with whole errors as JSON in messages (as deployments have them).
 */
function problemsIn(body: unknown): readonly AzureProblem[] {
  const found: AzureProblem[] = [];
  const rest: unknown[] = [body];
  while (rest.length > 0 && found.length < MOST_PROBLEMS) {
    const next = rest.shift();
    const outer = wrapped.safeParse(next);
    const parsed = outer.success ? outer.data.error : shape.safeParse(next).data;
    if (parsed === undefined) continue;
    const { code, message, details } = parsed;
    const inner = jsonIn(message ?? '');
    if (code) {
      const text = inner === undefined ? (message ?? '') : 'see below';
      found.push({ code, message: text.slice(0, LONGEST_MESSAGE) });
    }
    if (inner !== undefined) rest.push(inner);
    rest.push(...(details ?? []));
  }
  return found;
}

function jsonIn(text: string): unknown {
  if (!text.trimStart().startsWith('{')) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
