/** One try of a health check, or one thing that is wrong. */
export interface HealthTry {
  /** Wall time in ms. */
  readonly at: number;
  /** HTTP status; undefined when no answer came. */
  readonly status: number | undefined;
  /** `connection refused`, `answered 502`, `took longer than 5 s`, ... */
  readonly reason: string | undefined;
}

export interface HealthReport {
  readonly isHealthy: boolean;
  readonly url: string;
  readonly tries: readonly HealthTry[];
}

export const screens = ['desktop', 'mobile'] as const;
export type Screen = (typeof screens)[number];

export interface Screenshot {
  readonly screen: Screen;
  /** Absolute path of a PNG. */
  readonly path: string;
  readonly width: number;
  readonly height: number;
}

/** One end-to-end test as data: written by an agent, checked by a schema, run by our own spec. */
export interface SiteTest {
  readonly name: string;
  readonly steps: readonly SiteTestStep[];
}

/** A target is text or a name that a person sees: roles and labels, no CSS. */
export type SiteTestStep =
  | { readonly do: 'visit'; readonly path: string }
  | { readonly do: 'see'; readonly text: string }
  | { readonly do: 'see-heading'; readonly text: string }
  | { readonly do: 'see-title'; readonly text: string }
  | { readonly do: 'click'; readonly role: 'link' | 'button'; readonly name: string }
  | { readonly do: 'fill'; readonly label: string; readonly value: string }
  | { readonly do: 'be-at'; readonly path: string };

export interface TestResult {
  readonly name: string;
  /** Where it comes from: those of the program, or those of the plan. */
  readonly source: 'built-in' | 'plan';
  readonly outcome: 'passed' | 'failed' | 'skipped';
  readonly durationMs: number;
  /** What went wrong, for the agent and for people, without colours; undefined when it passed. */
  readonly problem: string | undefined;
}

export interface TestReport {
  readonly results: readonly TestResult[];
  /** Absolute path of the HTML report's index.html. */
  readonly reportPath: string;
}
