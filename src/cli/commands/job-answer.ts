import { auditedFacts, toQuestionView } from '../../app/index.ts';
import { type Door, openForCommand } from '../door.ts';
import type { ExitCode } from '../exit-codes.ts';

/** Answer a question of an agent. */
export async function jobAnswer(
  door: Door,
  { id, answer }: { readonly id: string; readonly answer: readonly string[] },
  { message }: { readonly message?: string },
): Promise<ExitCode> {
  const { printer, interrupts } = door;
  await using app = await openForCommand(door);
  const { id: questionId } = await app.getQuestion(id, interrupts.signal);
  const data = auditedFacts({ answer });
  const entry = { action: 'question.answer', subject: questionId, data };
  await app.accounts.record(undefined, entry, interrupts.signal);
  const answered = await app.answerAgent(questionId, { answer, message }, interrupts.signal);
  if (printer.json) printer.value(toQuestionView(answered));
  else printer.lines([`Answered ${answered.jobId}: ${answered.question}`]);
  if ((await app.listWorkers(interrupts.signal)).length === 0) {
    printer.note('No worker is running: the next one tells the agent. tmux-builder worker');
  }
  return 0;
}
