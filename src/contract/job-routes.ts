import { z } from 'zod';
import { bulkView, jobCountsView, needsYouView } from './live-views.ts';
import { questionView } from './question-views.ts';
import { idText, inOwn, pageOf, pageQuery, route, seen, several, withRole } from './route.ts';
import { jobLogView, jobOutputView, jobRecordingView, recordingView } from './setup-views.ts';
import { usageReportView } from './usage-views.ts';
import { attemptView, eventView, jobDetailView, jobView } from './views.ts';

const params = z.strictObject({ job_id: idText });
const ofAttempt = params.extend({ attempt: z.coerce.number().int().min(1).max(1_000) });
const tag = 'jobs';
const MIB = 1_048_576;

const statuses = z.enum([
  'queued',
  'leased',
  'running',
  'succeeded',
  'failed',
  'cancelled',
  'expired',
  'skipped',
]);

/** What a list of jobs may be narrowed to; the dashboard keeps the same in its URL. */
export const jobFilter = z.strictObject({
  session_id: idText.optional(),
  status: several(statuses),
  mode: z.enum(['one-shot', 'persistent']).optional(),
  agent: z.string().max(200).optional(),
  /** Words that the title holds. */
  text: z.string().max(200).optional(),
});
export type JobFilter = z.infer<typeof jobFilter>;

/** As `job add` takes it. */
export const jobBody = z.strictObject({
  prompt: z.string().max(MIB),
  session_id: idText.optional(),
  template: z.string().max(200).optional(),
  files: z.array(z.string().max(4_096)).max(1_000).optional(),
  agent: z.string().max(200).optional(),
  model: z.string().max(200).optional(),
  permission: z.enum(['ask', 'allow', 'deny']).optional(),
  mode: z.enum(['one-shot', 'persistent']).optional(),
  /** Outside of the session; only for admins, as `command` is. */
  directory: z.string().max(4_096).optional(),
  command: z.array(z.string().max(10_000)).min(1).max(200).optional(),
  priority: z.int().min(-1_000).max(1_000).optional(),
  delay_ms: z.int().min(0).optional(),
  deadline_at: z.iso.datetime().optional(),
  time_limit_ms: z.int().min(1_000).optional(),
  max_attempts: z.int().min(1).max(100).optional(),
  max_tokens: z.int().min(1).optional(),
  max_cost_usd: z.number().positive().optional(),
  depends_on: z.array(idText).max(100).optional(),
});
export type JobBody = z.infer<typeof jobBody>;

/** Jobs named one by one, or all that a filter fits (at most 10,000). */
const chosen = z.union([
  z.strictObject({ job_ids: z.array(idText).min(1).max(10_000) }),
  z.strictObject({ filter: jobFilter }),
]);

export const jobRoutes = {
  listJobs: route('GET', '/api/jobs', {
    tag,
    summary: 'List jobs, newest first',
    access: seen,
    query: pageQuery.extend(jobFilter.shape),
    reply: pageOf(jobView),
  }),
  countJobs: route('GET', '/api/jobs/counts', {
    tag,
    summary: 'Count jobs by status',
    access: seen,
    query: jobFilter.omit({ status: true }),
    reply: jobCountsView,
  }),
  /** `Idempotency-Key`: the same key gives the first job back, with status 200. */
  addJob: route('POST', '/api/jobs', {
    tag,
    summary: 'Queue a job',
    access: withRole('operator'),
    body: jobBody,
    reply: jobView,
    status: 201,
    audit: 'job.add',
    bodyLimit: 8 * MIB,
  }),
  getJob: route('GET', '/api/jobs/:job_id', {
    tag,
    summary: 'Show a job with its attempts, events, questions and usage',
    access: inOwn('viewer', 'job_id'),
    params,
    reply: jobDetailView,
  }),
  setJob: route('PATCH', '/api/jobs/:job_id', {
    tag,
    summary: 'Change the priority of a job that has not begun',
    access: inOwn('operator', 'job_id'),
    params,
    body: z.strictObject({ priority: z.int().min(-1_000).max(1_000) }),
    reply: jobView,
    audit: 'job.set',
  }),
  listAttempts: route('GET', '/api/jobs/:job_id/attempts', {
    tag,
    summary: 'List the attempts at a job, oldest first',
    access: inOwn('viewer', 'job_id'),
    params,
    reply: z.object({ items: z.array(attemptView) }),
  }),
  listJobEvents: route('GET', '/api/jobs/:job_id/events', {
    tag,
    summary: 'List what happened to a job, oldest first',
    access: inOwn('viewer', 'job_id'),
    params,
    query: z.strictObject({ after: z.coerce.number().int().min(0).default(0) }),
    reply: z.object({ items: z.array(eventView) }),
  }),
  readPrompt: route('GET', '/api/jobs/:job_id/prompt', {
    tag,
    summary: 'The prompt as the agent got it',
    access: inOwn('viewer', 'job_id'),
    params,
    reply: z.object({ job_id: z.string(), prompt: z.string(), is_cut: z.boolean() }),
  }),
  readOutput: route('GET', '/api/jobs/:job_id/output', {
    tag,
    summary: 'What the agent wrote',
    access: inOwn('viewer', 'job_id'),
    params,
    reply: jobOutputView,
  }),
  cancelJob: route('POST', '/api/jobs/:job_id/cancel', {
    tag,
    summary: 'Cancel a job; it ends as `cancelled` once its agent is gone',
    access: inOwn('operator', 'job_id'),
    params,
    reply: jobView,
    status: 202,
    audit: 'job.cancel',
  }),
  retryJob: route('POST', '/api/jobs/:job_id/retry', {
    tag,
    summary: 'Queue a job that did not succeed once more',
    access: inOwn('operator', 'job_id'),
    params,
    body: z.strictObject({ attempts: z.int().min(1).max(100).optional() }),
    reply: jobView,
    audit: 'job.retry',
  }),
  interruptJob: route('POST', '/api/jobs/:job_id/interrupt', {
    tag,
    summary: 'Stop the running turn; the agent stays at its prompt',
    access: inOwn('operator', 'job_id'),
    params,
    reply: jobView,
    status: 202,
    audit: 'job.interrupt',
  }),
  cancelJobs: route('POST', '/api/jobs/cancel', {
    tag,
    summary: 'Cancel many jobs',
    access: withRole('operator'),
    body: chosen,
    reply: bulkView,
    audit: 'job.cancel',
    bodyLimit: MIB,
  }),
  retryJobs: route('POST', '/api/jobs/retry', {
    tag,
    summary: 'Queue many jobs once more',
    access: withRole('operator'),
    body: chosen,
    reply: bulkView,
    audit: 'job.retry',
    bodyLimit: MIB,
  }),
  needsYou: route('GET', '/api/needs-you', {
    tag,
    summary: 'What waits for a person: agents that ask, jobs that failed',
    access: seen,
    reply: needsYouView,
  }),
  dismissFailed: route('POST', '/api/needs-you/dismiss', {
    tag,
    summary: 'Take failed jobs out of the queue of what needs a person',
    access: withRole('operator'),
    body: z.strictObject({ job_ids: z.array(idText).min(1).max(10_000) }),
    audit: 'job.dismiss',
    bodyLimit: MIB,
  }),
  listQuestions: route('GET', '/api/questions', {
    tag,
    summary: 'List what agents ask now, the oldest first',
    access: seen,
    reply: z.object({ items: z.array(questionView) }),
  }),
  answerQuestion: route('POST', '/api/questions/:question_id/answer', {
    tag,
    summary: 'Answer what an agent asks; the first answer counts',
    access: inOwn('operator', 'question_id'),
    params: z.strictObject({ question_id: idText }),
    body: z.strictObject({
      /** `allow`, `deny`, a choice's number or text, or words: one for each question. */
      answer: z.array(z.string().min(1).max(20_000)).min(1).max(20),
      message: z.string().max(20_000).optional(),
    }),
    reply: questionView,
    audit: 'question.answer',
  }),
  showRecording: route('GET', '/api/jobs/:job_id/attempts/:attempt/recording', {
    tag: 'recordings',
    summary: 'Facts and markers of a recording',
    access: inOwn('viewer', 'job_id'),
    params: ofAttempt,
    reply: jobRecordingView,
  }),
  readRecording: route('GET', '/api/jobs/:job_id/attempts/:attempt/recording.cast', {
    tag: 'recordings',
    summary: 'A recording as asciicast v3',
    access: inOwn('viewer', 'job_id'),
    params: ofAttempt,
    kind: 'stream',
    audit: 'recording.read',
  }),
  showLog: route('GET', '/api/jobs/:job_id/attempts/:attempt/log', {
    tag: 'recordings',
    summary: 'Facts of what an attempt printed',
    access: inOwn('viewer', 'job_id'),
    params: ofAttempt,
    reply: jobLogView,
  }),
  listRecordings: route('GET', '/api/recordings', {
    tag: 'recordings',
    summary: 'List recordings, newest first',
    access: seen,
    query: pageQuery.extend({ session_id: idText.optional() }),
    reply: pageOf(recordingView.extend({ title: z.string(), agent: z.string() })),
  }),
  usage: route('GET', '/api/usage', {
    tag: 'usage',
    summary: 'Tokens and cost of everything',
    access: withRole('admin'),
    query: z.strictObject({
      by: z.enum(['job', 'session', 'model', 'day', 'agent']).default('day'),
    }),
    reply: usageReportView,
  }),
} as const;
