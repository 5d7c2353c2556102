import { answersTo, type Question, toQuestionView } from '../../app/index.ts';
import { type Door, openForCommand } from '../door.ts';
import { formatMoment } from '../duration.ts';
import type { ExitCode } from '../exit-codes.ts';
import { type Column, layOutTable } from '../table.ts';
import { tellOfMissingWorker } from './job-add.ts';

/** Print what waits for a person. */
export async function asking(door: Door, { job }: { readonly job?: string }): Promise<ExitCode> {
  const { printer, clock, interrupts } = door;
  await using app = await openForCommand(door);
  const questions = await app.listQuestions(job, interrupts.signal);
  if (printer.json) {
    printer.value({ items: questions.map(toQuestionView), next: null });
    return 0;
  }
  if (questions.length === 0) {
    printer.note('Nobody asks anything.');
    return 0;
  }
  const columns: readonly Column<Question>[] = [
    { title: 'ID', text: ({ id }) => id },
    { title: 'JOB', text: ({ jobId }) => jobId },
    { title: 'ASKED', text: ({ askedAt }) => formatMoment(askedAt, clock.now()) },
    { title: 'ANSWERS', text: answersTo },
    { title: 'QUESTION', text: ({ question }) => question },
  ];
  printer.lines(layOutTable(columns, questions, printer.width));
  printer.note('  -> Answer one: tmux-builder job answer ID ANSWER');
  await tellOfMissingWorker(door, app);
  return 0;
}
