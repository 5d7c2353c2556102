import type { Job, StoredEvent } from '../app/index.ts';
import type { Clock } from '../base/index.ts';
import {
  advance,
  type AskedQuestion,
  howToAnswer,
  type JobProgress,
  nothingYet,
} from './describe-event.ts';
import { formatDuration } from './duration.ts';
import type { Printer } from './printer.ts';

const REDRAW_MS = 100;
const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];

/**
 * Show how a job goes: one line that changes on a terminal, one plain line a step elsewhere. A
 * question of the agent stays on the screen, with the command that lets a person answer it.
 */
export class Progress implements Disposable {
  readonly #printer: Printer;
  readonly #clock: Clock;
  readonly #job: Pick<Job, 'id' | 'agent' | 'maxAttempts'>;
  readonly #startedAt: number;
  readonly #ticks: Disposable | undefined;
  #progress: JobProgress = nothingYet;
  #frame = 0;

  constructor(printer: Printer, clock: Clock, job: Pick<Job, 'id' | 'agent' | 'maxAttempts'>) {
    this.#printer = printer;
    this.#clock = clock;
    this.#job = job;
    this.#startedAt = clock.monotonic();
    this.#ticks = printer.isLive ? clock.every(REDRAW_MS, () => this.#draw()) : undefined;
    this.#draw();
  }

  /** Take one event of the job in. */
  readonly onEvent = (event: StoredEvent): void => {
    const before = this.#progress;
    this.#progress = advance(before, event);
    const { doing, question } = this.#progress;
    if (doing === before.doing) return;
    if (this.#ticks === undefined) this.#printer.note(`${this.#job.id} ${this.#text()}`);
    else this.#draw();
    if (question !== undefined) this.#tellQuestion(question);
  };

  [Symbol.dispose](): void {
    this.#ticks?.[Symbol.dispose]();
    this.#printer.live(undefined);
  }

  #draw(): void {
    if (this.#ticks === undefined && !this.#printer.isLive) return;
    const frame = frames[(this.#frame += 1) % frames.length] ?? '';
    const elapsed = Math.floor((this.#clock.monotonic() - this.#startedAt) / 1_000);
    const time = elapsed === 0 ? '0s' : formatDuration(elapsed * 1_000);
    this.#printer.live(`${frame} ${time}  ${this.#text()}  ${this.#job.id}`);
  }

  #text(): string {
    const { doing, attempt } = this.#progress;
    const { agent, maxAttempts } = this.#job;
    return `${agent}: ${doing}${attempt > 1 ? ` (attempt ${attempt} of ${maxAttempts})` : ''}`;
  }

  #tellQuestion(question: AskedQuestion): void {
    const { id, agent } = this.#job;
    this.#printer.note(this.#printer.style('yellow', `The agent ${agent} asks: ${question.text}`));
    for (const line of howToAnswer(id, question)) this.#printer.note(line);
  }
}
