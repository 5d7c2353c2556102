import type {
  FullConfig,
  Reporter,
  Suite,
  TestCase,
  TestError,
  TestResult as Ran,
} from '@playwright/test/reporter';
import type { TestResult } from '../checks.ts';
import { plainText } from './plain-text.ts';

/** What is sent when all tests are over. */
export interface SentResults {
  readonly results: readonly TestResult[];
  /** What went wrong outside of tests. */
  readonly faults: readonly string[];
}

/**
 * Send the results to whoever started Playwright, and end with it. Takes everything out of them
 * that names files of this machine, for the reporters that come after this one.
 */
class ReportResults implements Reporter {
  readonly #results = new Map<string, TestResult>();
  readonly #faults: string[] = [];

  #order: readonly string[] = [];

  onBegin(_config: FullConfig, suite: Suite): void {
    this.#order = suite.allTests().map(({ id }) => id);
    process.once('disconnect', () => process.exit(1));
    process.channel?.unref();
  }

  onTestEnd(test: TestCase, ran: Ran): void {
    const problem = problemOf(ran);
    cleanUp(test, ran);
    const isSurvey = projectOf(test.parent) === 'survey';
    const isBroken = isSurvey
      ? ran.status !== 'passed'
      : problem?.startsWith('browserType.') === true;
    // The survey finds nothing wrong, it only looks: a failure of it is ours, or the browser's.
    if (isBroken) this.#addFault(problem ?? ran.status);
    if (isSurvey || isBroken) return;
    this.#results.set(test.id, {
      name: test.title,
      source: projectOf(test.parent) === 'plan' ? 'plan' : 'built-in',
      outcome: ran.status === 'passed' || ran.status === 'skipped' ? ran.status : 'failed',
      durationMs: ran.duration,
      problem,
    });
  }

  onError(error: TestError): void {
    this.#addFault(messageOf(error));
  }

  async onEnd(): Promise<void> {
    // They end in any order; people and agents read them in that in which they are written.
    const results = this.#order.flatMap((id) => this.#results.get(id) ?? []);
    const sent: SentResults = { results, faults: this.#faults };
    const { promise, resolve } = Promise.withResolvers<void>();
    if (process.send === undefined) return;
    process.send(sent, undefined, undefined, () => resolve());
    await promise;
  }

  printsToStdio(): boolean {
    return false;
  }

  #addFault(text: string): void {
    if (this.#faults.length < 20) this.#faults.push(text);
  }
}

// oxlint-disable-next-line import/no-default-export -- Playwright takes a reporter from there
export default ReportResults;

function projectOf(suite: Suite): string {
  return suite.project()?.name ?? '';
}

function problemOf({ status, errors, annotations }: Ran): string | undefined {
  if (status === 'passed') return undefined;
  if (status === 'skipped') return annotations.find(({ type }) => type === 'skip')?.description;
  return errors.map(messageOf).join('\n') || status;
}

function messageOf({ message, value }: TestError): string {
  return plainText(message ?? value ?? 'no reason is known').replace(/^Error: /, '');
}

function cleanUp(test: TestCase, ran: Ran): void {
  ran.attachments.length = 0;
  ran.errors = ran.errors.map((error) => ({ message: messageOf(error) }));
  for (const list of [test.annotations, ran.annotations]) {
    for (const annotation of list) delete annotation.location;
  }
  cleanSteps(ran.steps);
}

function cleanSteps(steps: Ran['steps']): void {
  for (const step of steps) {
    step.attachments.length = 0;
    if (step.error !== undefined) step.error = { message: messageOf(step.error) };
    cleanSteps(step.steps);
  }
}
