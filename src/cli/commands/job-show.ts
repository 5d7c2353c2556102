import {
  answersTo,
  toAttemptView,
  toEventView,
  toJobView,
  toQuestionView,
  totalOf,
  toTotalView,
} from '../../app/index.ts';
import { howToAnswer } from '../describe-event.ts';
import { type Door, openForCommand } from '../door.ts';
import { formatDuration, formatMoment } from '../duration.ts';
import type { ExitCode } from '../exit-codes.ts';
import { jobFacts } from '../show-job.ts';
import { type Column, layOutTable } from '../table.ts';
import { oneLine } from '../text-width.ts';

/** Print a job and its attempts. */
export async function jobShow(door: Door, id: string): Promise<ExitCode> {
  const { printer, clock, interrupts } = door;
  await using app = await openForCommand(door);
  const job = await app.getJob(id, interrupts.signal);
  const attempts = await app.listAttempts(job.id, interrupts.signal);
  const events = await app.listJobEvents(job.id, 0, interrupts.signal);
  const questions = await app.listQuestions(job.id, interrupts.signal);
  const used = totalOf(attempts.flatMap(({ usage }) => usage ?? []));
  if (printer.json) {
    const attemptList = attempts.map(toAttemptView);
    printer.value({
      ...toJobView(job),
      attempt_list: attemptList,
      events: events.map(toEventView),
      questions: questions.map(toQuestionView),
      usage: toTotalView(used),
    });
    return 0;
  }
  const limits = await app.listUsageLimits(interrupts.signal);
  printer.lines(jobFacts(job, { now: clock.now(), limits, used }));
  for (const question of questions) {
    const how = howToAnswer(job.id, { ...question, answers: answersTo(question) });
    printer.lines(['', `It asks: ${oneLine(question.question)}`, ...how]);
  }
  const columns: readonly Column<(typeof attempts)[number]>[] = [
    { title: 'TRY', text: ({ number }) => String(number), align: 'right' },
    { title: 'STATE', text: ({ state, outcome }) => outcome ?? state },
    { title: 'STARTED', text: ({ startedAt }) => formatMoment(startedAt, clock.now()) },
    {
      title: 'TOOK',
      text: ({ startedAt, endedAt }) =>
        endedAt === undefined ? '' : formatDuration(endedAt - startedAt),
    },
    { title: 'FILES', text: ({ exchangeDir }) => exchangeDir },
    { title: 'ERROR', text: ({ error }) => error?.message ?? '' },
  ];
  if (attempts.length > 0) printer.lines(['', ...layOutTable(columns, attempts, printer.width)]);
  const began = events[0]?.at ?? 0;
  const lines = events.map(
    ({ kind, at }) => `${`+${formatDuration(at - began)}`.padStart(8)}  ${kind}`,
  );
  printer.lines(['', ...lines]);
  return 0;
}
