/** What a benchmark found. `value` and the others are in `unit`; a limit is what the value may be at most. */
export interface Finding {
  readonly name: string;
  readonly unit: 'ms' | 'MB' | 'ratio' | 'jobs';
  readonly median: number;
  readonly p99?: number;
  readonly count: number;
  /** Upper limit of `median`, or of `p99` where `limits` says so. */
  readonly limit?: number;
  readonly limited?: 'median' | 'p99';
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
export function isKept({ median, p99, limit, limited = 'median' }: Finding): boolean | undefined {
  if (limit === undefined) return undefined;
  return (limited === 'p99' ? (p99 ?? Number.NaN) : median) <= limit;
}
