import type { StoredEvent } from '../app/index.ts';
import type { Clock } from '../base/index.ts';
import { formatDuration } from './duration.ts';
import type { Printer, Style } from './printer.ts';
import { stepLabel } from './site-steps.ts';
import { oneLine } from './text-width.ts';

const REDRAW_MS = 100;
const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];

const marks: Readonly<Record<string, readonly [string, Style]>> = {
  succeeded: ['✓', 'green'],
  failed: ['✗', 'red'],
  skipped: ['-', 'dim'],
};

interface RunningStep {
  readonly label: string;
  readonly startedAt: number;
}

/**
 * Show how an execution goes: on a terminal a line for each step, the last of which changes while
 * its step runs; elsewhere one plain line for each beginning and end.
 */
export class SiteProgress implements Disposable {
  readonly #printer: Printer;
  readonly #clock: Clock;
  readonly #ticks: Disposable | undefined;
  #running: RunningStep | undefined;
  #frame = 0;

  constructor(printer: Printer, clock: Clock) {
    this.#printer = printer;
    this.#clock = clock;
    this.#ticks = printer.isLive ? clock.every(REDRAW_MS, () => this.#draw()) : undefined;
  }

  /** Take one event of the execution in. */
  readonly onEvent = ({ kind, at, data }: StoredEvent): void => {
    switch (kind) {
      case 'step.started':
        this.#begin(data, at);
        break;
      case 'step.ended':
        this.#end(data, at);
        break;
      case 'site.fix-asked':
        this.#tellFix(data);
        break;
      default:
    }
  };

  [Symbol.dispose](): void {
    this.#ticks?.[Symbol.dispose]();
    this.#printer.live(undefined);
  }

  #begin(data: StoredEvent['data'], at: number): void {
    const attempt = Number(data['attempt'] ?? 1);
    const label = `${stepLabel(textOf(data['step']))}${attempt > 1 ? ` (attempt ${attempt})` : ''}`;
    this.#running = { label, startedAt: at };
    if (this.#ticks === undefined) this.#printer.note(`  ${label} begins`);
    else this.#draw();
  }

  #end(data: StoredEvent['data'], at: number): void {
    const label = stepLabel(textOf(data['step']));
    const startedAt = this.#running?.startedAt;
    this.#running = undefined;
    const status = textOf(data['status']);
    const [mark, style] = marks[status] ?? ['-', 'dim'];
    const took = startedAt === undefined ? '' : formatDuration(at - startedAt);
    const said = oneLine(textOf(data['summary']) || messageOf(data['error']));
    const words = [label, status === 'succeeded' ? '' : status, took, said];
    this.#printer.live(undefined);
    const line = words.filter((word) => word !== '').join('  ');
    this.#printer.note(`${this.#printer.style(style, mark)} ${line}`);
  }

  #tellFix(data: StoredEvent['data']): void {
    const problems = Array.isArray(data['problems']) ? data['problems'] : [];
    const first = oneLine(textOf(problems[0]));
    const others = problems.length > 1 ? ` (and ${problems.length - 1} more)` : '';
    const text = `${textOf(data['step'])} found: ${first}${others}. The agent is asked to mend it.`;
    this.#printer.note(this.#printer.style('yellow', `! ${text}`));
  }

  #draw(): void {
    if (this.#running === undefined) return;
    const { label, startedAt } = this.#running;
    const frame = frames[(this.#frame += 1) % frames.length] ?? '';
    const seconds = Math.max(0, Math.floor((this.#clock.now() - startedAt) / 1_000));
    const time = seconds === 0 ? '0s' : formatDuration(seconds * 1_000);
    this.#printer.live(`${frame} ${label}  ${time}`);
  }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function messageOf(error: unknown): string {
  const hasMessage = typeof error === 'object' && error !== null && 'message' in error;
  return hasMessage ? textOf(error.message) : '';
}
