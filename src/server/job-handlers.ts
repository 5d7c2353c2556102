import {
  type AnswerInput,
  toAttemptView,
  toEventView,
  toJobRecordingView,
  toJobView,
  toQuestionView,
  toTotalView,
  toUsageReportView,
  totalOf,
} from '../app/index.ts';
import type { jobRoutes } from '../contract/index.ts';
import type { Handlers, ServerCall } from './handler.ts';
import { toPage } from './to-page.ts';
import { jobKeyOf } from './idempotency.ts';
import { whoAsks } from './who-asks.ts';

type Names = keyof typeof jobRoutes;

/** What users do with jobs, their questions and their recordings. */
export const jobHandlers: Handlers<Names> = {
  async listJobs({ app, principal, query, signal }) {
    const { cursor, limit, ...filter } = query;
    const visibility = app.accounts.visibilityOf(whoAsks(principal));
    const page = await app.searchJobs({ filter, cursor, limit }, visibility, signal);
    return toPage(page, (job) => job);
  },

  async countJobs({ app, principal, query, signal }) {
    return await app.countJobs(query, app.accounts.visibilityOf(whoAsks(principal)), signal);
  },

  async addJob(call) {
    const { app, principal, body, signal, answer } = call;
    await checkSessionOf(call);
    const { role, sessionId } = whoAsks(principal);
    const idempotencyKey = jobKeyOf(call);
    const rights = { idempotencyKey, isAdmin: role === 'admin' && sessionId === undefined };
    const { job, isNew } = await app.addJobFor(body, rights, signal);
    if (!isNew) answer.status = 200;
    return job;
  },

  async getJob({ app, params, signal }) {
    const job = await app.getJob(params.job_id, signal);
    const attempts = await app.listAttempts(job.id, signal);
    const events = await app.listJobEvents(job.id, 0, signal);
    const questions = await app.listQuestions(job.id, signal);
    const usage = totalOf(attempts.flatMap((one) => one.usage ?? []));
    return {
      ...toJobView(job),
      attempt_list: attempts.map(toAttemptView),
      events: events.map(toEventView),
      questions: questions.map(toQuestionView),
      usage: toTotalView(usage),
    };
  },

  async setJob({ app, params, body, signal }) {
    return await app.setPriority(params.job_id, body.priority, signal);
  },

  async listAttempts({ app, params, signal }) {
    return { items: (await app.listAttempts(params.job_id, signal)).map(toAttemptView) };
  },

  async listJobEvents({ app, params, query, signal }) {
    const events = await app.listJobEvents(params.job_id, query.after, signal);
    return { items: events.map(toEventView) };
  },

  async readPrompt({ app, params, signal }) {
    return await app.readPrompt(params.job_id, signal);
  },

  async readOutput({ app, params, signal }) {
    const job = await app.getJob(params.job_id, signal);
    const output = await app.readOutput(params.job_id, signal);
    return { job_id: job.id, output_path: job.outputPath ?? null, output };
  },

  async cancelJob({ app, params, signal }) {
    return await app.requestCancel(params.job_id, signal);
  },

  async retryJob({ app, params, body, signal }) {
    return toJobView(await app.retryJob(params.job_id, body, signal));
  },

  async interruptJob({ app, params, signal }) {
    return toJobView(await app.interruptJob(params.job_id, signal));
  },

  async cancelJobs({ app, principal, body, signal }) {
    return await app.cancelJobs(body, app.accounts.visibilityOf(whoAsks(principal)), signal);
  },

  async retryJobs({ app, principal, body, signal }) {
    return await app.retryJobs(body, app.accounts.visibilityOf(whoAsks(principal)), signal);
  },

  async needsYou({ app, principal, signal }) {
    return await app.needsYou(app.accounts.visibilityOf(whoAsks(principal)), signal);
  },

  async dismissFailed({ app, principal, body, signal }) {
    const visibility = app.accounts.visibilityOf(whoAsks(principal));
    await app.dismissFailed(body.job_ids, visibility, signal);
  },

  async listQuestions({ app, principal, signal }) {
    const visibility = app.accounts.visibilityOf(whoAsks(principal));
    return { items: [...(await app.listQuestionViews(visibility, signal))] };
  },

  async answerQuestion({ app, principal, params, body, signal }) {
    const input: AnswerInput = { ...body, by: whoAsks(principal).name };
    return toQuestionView(await app.answerAgent(params.question_id, input, signal));
  },

  async showRecording({ app, params, signal }) {
    const choice = { job: params.job_id, attempt: params.attempt };
    await using recording = await app.openRecording(choice, signal);
    return toJobRecordingView(recording, await recording.facts(), undefined);
  },

  async readRecording({ app, params, signal }) {
    const chunks = app.castOf(params.job_id, params.attempt, signal);
    return { contentType: 'application/x-asciicast', chunks };
  },

  async showLog({ app, params, signal }) {
    const choice = { job: params.job_id, attempt: params.attempt };
    const { jobId, attempt, path, from, to, droppedBytes } = await app.findJobLog(choice, signal);
    return { job_id: jobId, attempt, path, bytes: to - from, dropped_bytes: droppedBytes };
  },

  async listRecordings({ app, principal, query, signal }) {
    const { session_id: sessionId, cursor, limit } = query;
    const visibility = app.accounts.visibilityOf(whoAsks(principal));
    const page = await app.pageRecordings({ sessionId, cursor, limit }, visibility, signal);
    return toPage(page, (recording) => recording);
  },

  async usage({ app, query: { by }, signal }) {
    return toUsageReportView(await app.reportUsage({ by }, signal), { by });
  },
};

/** The route is for operators of anything; the session of the job says of what. */
async function checkSessionOf(call: ServerCall<'addJob'>): Promise<void> {
  const { app, principal, body, signal } = call;
  if (body.session_id === undefined) return;
  const access = { kind: 'owned', role: 'operator', by: 'session_id' } as const;
  await app.accounts.authorize(principal, access, { session_id: body.session_id }, signal);
}
