/** What a benchmark found. `value` and the others are in `unit`; a limit is what the value may be at most. */
export interface Finding {
  readonly name: string;
  readonly unit: 'ms' | 'MB' | 'ratio' | 'jobs';
  readonly median: number;
  readonly p95?: number;
  readonly p99?: number;
  readonly count: number;
  /** Upper limit of `median`, or of what `limited` names. */
  readonly limit?: number;
  readonly limited?: 'median' | 'p95' | 'p99';
  readonly note?: string;
}

export interface Benchmark {
  readonly name: string;
  readonly about: string;
  run(options: BenchOptions): Promise<readonly Finding[]>;
}

export interface BenchOptions {
  /** A directory of this run, removed afterwards. */
  readonly dir: string;
  /** 1 is the full size; smaller is quicker and rougher. */
  readonly scale: number;
  readonly say: (line: string) => void;
}

export function summarise(
  name: string,
  samples: readonly number[],
  more: Partial<Finding> = {},
): Finding {
  return {
    name,
    unit: 'ms',
    median: quantile(samples, 0.5),
    p95: quantile(samples, 0.95),
    p99: quantile(samples, 0.99),
    count: samples.length,
    ...more,
  };
}

export function quantile(samples: readonly number[], share: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** Time `action` once, in ms. */
export async function time(action: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await action();
  return performance.now() - start;
}

/** Whether a finding keeps its limit; undefined when it has none. */
export function isKept(finding: Finding): boolean | undefined {
  const { limit, limited = 'median' } = finding;
  if (limit === undefined) return undefined;
  return (finding[limited] ?? Number.NaN) <= limit;
}
