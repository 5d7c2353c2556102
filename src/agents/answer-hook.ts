import type { Clock } from '../base/index.ts';
import type { Adapter } from './adapter.ts';
import type { AgentRequest, Answer, Dialog } from './agent.ts';
import { inTime } from './dialogs.ts';
import { NoSuchQuestionError } from './errors.ts';
import type { Hook } from './evidence.ts';
import { findEvent } from './hook-spool.ts';
import type { Observer } from './observer.ts';
import { sendReply } from './replies.ts';

export interface AnswerTools {
  readonly adapter: Adapter;
  readonly request: AgentRequest;
  readonly observer: Observer;
  readonly clock: Clock;
}

/** How long a hook may take to end once it has its answer. */
const CLOSE_MS = 2_000;

/**
 * Answer a dialog through the hook that waits for it, and wait until that is over.
 *
 * @throws {NoSuchQuestionError} nobody waits any more, or the hook cannot give this answer.
 */
export async function answerHook(
  answer: Answer,
  dialog: Dialog,
  { adapter, request, observer, clock }: AnswerTools,
  signal: AbortSignal,
): Promise<void> {
  const { reply = '', question } = dialog;
  const event = await findEvent(request.exchange.eventsDir, `${reply}.json`);
  const text = event && adapter.reply?.(answer, dialog, { ...event, reply });
  if (text === undefined || !(await sendReply(request.homeDir, reply, text))) {
    throw new NoSuchQuestionError(adapter.name, question);
  }
  const isOver = (): true | undefined => (asks(observer, reply) ? undefined : true);
  await inTime(observer, isOver, { clock, limitMs: CLOSE_MS }, signal);
}

function asks({ knowledge }: Observer, reply: string): boolean {
  return (knowledge.questions ?? []).some(({ file }) => file === `${reply}.json`);
}

export interface Decided {
  readonly kind: 'decided';
  readonly decision: 'allow' | 'deny';
  readonly dialog: Dialog;
}

/** Answers by policy what it may, each question once. */
export class PolicyAnswers {
  readonly #tools: AnswerTools;
  readonly #answered = new Set<string>();

  constructor(tools: AnswerTools) {
    this.#tools = tools;
  }

  /** The next question that the policy answers. */
  due(): Decided | undefined {
    const { questions = [] } = this.#tools.observer.knowledge;
    return questions.filter(({ file }) => !this.#answered.has(file)).flatMap(decidedOf)[0];
  }

  /** Answer it; somebody else may have been quicker. True when it was us. */
  async give({ decision, dialog }: Decided, signal: AbortSignal): Promise<boolean> {
    this.#answered.add(`${dialog.reply}.json`);
    try {
      await answerHook({ kind: decision }, dialog, this.#tools, signal);
      return true;
    } catch (error) {
      if (error instanceof NoSuchQuestionError) return false;
      throw error;
    }
  }
}

function decidedOf({ decision, meaning }: Hook): readonly Decided[] {
  if (decision === undefined || meaning.kind !== 'asking') return [];
  return [{ kind: 'decided', decision, dialog: meaning.dialog }];
}
