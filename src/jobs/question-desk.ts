import type { Agent, AgentState, Dialog } from '../agents/index.ts';
import { CodedError, Mutex } from '../base/index.ts';
import type { Sql, WriteSql } from '../store/index.ts';
import type { Lease } from './lease.ts';
import type { AttemptTools } from './perform-attempt.ts';
import {
  closeQuestion,
  factsOf,
  findOpenQuestion,
  getQuestionIn,
  openQuestion,
  type Question,
  reopenQuestion,
} from './questions.ts';
import { checkLease, LeaseLostError } from './record-attempt.ts';

/** How long a dialog has to stand that no hook tells of before it is a question. */
const STAND_MS = 1_000;

export type DeskTools = Pick<AttemptTools, 'store' | 'clock' | 'log' | 'ids'>;

/** A notice of an answer can be lost: look this often without one. */
const SWEEP_MS = 2_000;

/**
 * Keeps the table of questions true for one attempt: a row when its agent begins to ask, closed
 * when it no longer does, whoever answered. An answer that somebody wrote into the row is given to
 * the agent; the row is what a later worker goes on from.
 */
export class QuestionDesk implements Disposable {
  readonly #agent: Agent;
  readonly #lease: Lease;
  readonly #tools: DeskTools;
  readonly #oneAtATime = new Mutex();
  readonly #stop = new AbortController();
  readonly #resources = new DisposableStack();
  /** Undefined before the first look into the table; `question` is undefined when it asks nothing. */
  #asked: { readonly question: Question | undefined } | undefined;
  #dialog: Dialog | undefined;
  #isLookDue = false;
  /** The answer that was given last. */
  #given: string | undefined;

  constructor(agent: Agent, lease: Lease, tools: DeskTools) {
    this.#agent = agent;
    this.#lease = lease;
    this.#tools = tools;
    this.#resources.use(agent.watch((state) => this.#soon(async () => await this.#see(state))));
    const look = (): void => this.#look();
    this.#resources.use(tools.store.watch(look));
    this.#resources.use(tools.clock.every(SWEEP_MS, look));
    this.#soon(async () => await this.#see(agent.state));
  }

  [Symbol.dispose](): void {
    this.#stop.abort(new Error('the attempt is over here'));
    this.#resources.dispose();
  }

  /** Notices come for every commit of anybody: those that wait for their turn are one. */
  #look(): void {
    if (this.#isLookDue || this.#asked?.question === undefined) return;
    this.#isLookDue = true;
    this.#soon(async () => {
      this.#isLookDue = false;
      await this.#carryOut();
    });
  }

  #soon(action: () => Promise<void>): void {
    const { signal } = this.#stop;
    this.#oneAtATime.run(action).catch((error: unknown) => {
      if (signal.aborted || error instanceof LeaseLostError) return;
      this.#tools.log.warn('a question was not kept', { jobId: this.#lease.job.id, error });
    });
  }

  async #see(state: AgentState): Promise<void> {
    this.#asked ??= { question: await this.#read(findOpenQuestion) };
    // Before its screen is read, and while that is unclear, nobody knows what it asks.
    if (state.kind === 'starting' || state.kind === 'unknown') return;
    // The screen may show a dialog a moment before the hook that waits for its answer tells of it.
    if (state.kind === 'asking' && state.dialog.reply === undefined) this.#seeLater();
    else await this.#settle(state);
  }

  #seeLater(): void {
    const { signal } = this.#stop;
    void this.#tools.clock.after(STAND_MS, signal).then(
      () => this.#soon(async () => await this.#settle(this.#agent.state)),
      () => {},
    );
  }

  /** Make the row that is open the one of what is asked now. */
  async #settle(state: AgentState): Promise<void> {
    if (state.kind === 'starting' || state.kind === 'unknown') return;
    if (state.kind === 'asking' && state.dialog.isAutomatic === true) return;
    const question = this.#asked?.question;
    this.#dialog = state.kind === 'asking' ? state.dialog : undefined;
    const isOpen =
      question !== undefined && this.#dialog !== undefined && isSame(question, this.#dialog);
    if (isOpen) return await this.#carryOut();
    if (question !== undefined) await this.#close(question, state.kind);
    if (this.#dialog !== undefined) await this.#open(this.#dialog);
    return undefined;
  }

  async #open(dialog: Dialog): Promise<void> {
    const { clock, ids } = this.#tools;
    const asked = { dialog, id: ids.next('qst'), at: clock.now() };
    const question = await this.#write(async (sql) => await openQuestion(sql, this.#lease, asked));
    this.#asked = { question };
  }

  async #close(question: Question, kind: AgentState['kind']): Promise<void> {
    const isAnswered = kind !== 'exited' && kind !== 'lost';
    const at = this.#tools.clock.now();
    await this.#write(async (sql) => await closeQuestion(sql, question, { at, isAnswered }));
    this.#asked = { question: undefined };
  }

  /** Give the agent the answer that somebody wrote down, if there is one. */
  async #carryOut(): Promise<void> {
    const { signal } = this.#stop;
    const open = this.#asked?.question;
    const dialog = this.#dialog;
    if (open === undefined || dialog === undefined || signal.aborted) return;
    const question = await this.#read(async (sql) => await getQuestionIn(sql, open.id));
    if (question.answer === undefined || question.closedAt !== undefined) return;
    const given = `${question.id} ${question.answeredAt}`;
    // Told twice of one answer, before the agent has gone on.
    if (given === this.#given) return;
    this.#given = given;
    try {
      await this.#agent.answer(question.answer, dialog, signal);
    } catch (error) {
      if (!(error instanceof CodedError) || signal.aborted) throw error;
      await this.#takeBack(question, error);
    }
  }

  /** What the agent still asks can be answered otherwise. */
  async #takeBack(question: Question, error: CodedError): Promise<void> {
    const { state } = this.#agent;
    this.#given = undefined;
    if (state.kind !== 'asking' || !isSame(question, state.dialog)) return;
    const at = this.#tools.clock.now();
    const data = { ...factsOf(question), message: error.message };
    await this.#write(async (sql) => {
      await reopenQuestion(sql, question);
      await sql.append({ stream: question.jobId, kind: 'attempt.not-answered', at, data });
    });
  }

  async #read<T>(work: (sql: Sql, lease: Lease) => Promise<T>): Promise<T> {
    const { store } = this.#tools;
    return await store.read(async (sql) => await work(sql, this.#lease), this.#stop.signal);
  }

  async #write<T>(work: (sql: WriteSql) => Promise<T>): Promise<T> {
    return await this.#tools.store.write(async (sql) => {
      await checkLease(sql, this.#lease);
      return await work(sql);
    }, this.#stop.signal);
  }
}

function isSame(question: Question, { reply, kind, question: text }: Dialog): boolean {
  if (question.reply !== undefined || reply !== undefined) return question.reply === reply;
  return question.kind === kind && question.question === text;
}
