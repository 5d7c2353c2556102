import { z } from 'zod';
import { memberView } from './account-views.ts';
import { fileView } from './live-views.ts';
import { idText, inOwn, pageOf, pageQuery, route, seen, userText, withRole } from './route.ts';
import { usageReportView } from './usage-views.ts';
import { jobView, sessionView } from './views.ts';

const params = z.strictObject({ session_id: idText });
const tag = 'sessions';
const MIB = 1_048_576;

/** As users type it; the server checks it again by the rules of session names. */
const name = z.string().min(1).max(120);

export const sessionHealthView = z.object({
  is_healthy: z.boolean(),
  action: z.enum(['recreate', 'initialize', 'restart_tmux', 'restart_agent']).nullable(),
  reason: z.string().nullable(),
});

const budget = {
  max_tokens: z.int().min(1).nullable().optional(),
  max_cost_usd: z.number().positive().nullable().optional(),
};

export const sessionRoutes = {
  listSessions: route('GET', '/api/sessions', {
    tag,
    summary: 'List sessions, newest first',
    access: seen,
    query: pageQuery.extend({
      status: z.enum(['active', 'archived']).optional(),
      user_id: idText.optional(),
    }),
    reply: pageOf(sessionView),
  }),
  createSession: route('POST', '/api/sessions', {
    tag,
    summary: 'Make a session; it belongs to whoever makes it',
    access: withRole('operator'),
    body: z.strictObject({
      name: name.optional(),
      agent: z.string().max(200).optional(),
      concurrency: z.int().min(1).max(1_000).optional(),
      ...budget,
    }),
    reply: sessionView,
    status: 201,
    audit: 'session.create',
  }),
  getSession: route('GET', '/api/sessions/:session_id', {
    tag,
    summary: 'Show a session',
    access: inOwn('viewer', 'session_id'),
    params,
    reply: sessionView,
  }),
  setSession: route('PATCH', '/api/sessions/:session_id', {
    tag,
    summary: 'Change what all jobs of a session together may use',
    access: inOwn('operator', 'session_id'),
    params,
    body: z.strictObject(budget),
    reply: sessionView,
    audit: 'session.set',
  }),
  archiveSession: route('POST', '/api/sessions/:session_id/archive', {
    tag,
    summary: 'Put a session away; it can be restored',
    access: inOwn('operator', 'session_id'),
    params,
    reply: sessionView,
    audit: 'session.archive',
  }),
  restoreSession: route('POST', '/api/sessions/:session_id/restore', {
    tag,
    summary: 'Bring an archived session back',
    access: inOwn('operator', 'session_id'),
    params,
    reply: sessionView,
    audit: 'session.restore',
  }),
  deleteSession: route('DELETE', '/api/sessions/:session_id', {
    tag,
    summary: 'Delete an archived session for good, with its jobs and files',
    access: inOwn('operator', 'session_id'),
    params,
    audit: 'session.delete',
  }),
  startSession: route('POST', '/api/sessions/:session_id/start', {
    tag,
    summary: 'Start the main agent and wait until it is ready',
    access: inOwn('operator', 'session_id'),
    params,
    reply: sessionHealthView,
    audit: 'session.start',
  }),
  stopSession: route('POST', '/api/sessions/:session_id/stop', {
    tag,
    summary: 'End the main agent',
    access: inOwn('operator', 'session_id'),
    params,
    reply: z.object({ was_running: z.boolean() }),
    audit: 'session.stop',
  }),
  checkSession: route('GET', '/api/sessions/:session_id/health', {
    tag,
    summary: 'Look whether the main agent is alive, and what recovering it would do',
    access: inOwn('viewer', 'session_id'),
    params,
    reply: sessionHealthView,
  }),
  recoverSession: route('POST', '/api/sessions/:session_id/recover', {
    tag,
    summary: 'Bring the main agent back to health; tells what was wrong',
    access: inOwn('operator', 'session_id'),
    params,
    reply: sessionHealthView,
    audit: 'session.recover',
  }),
  sessionUsage: route('GET', '/api/sessions/:session_id/usage', {
    tag,
    summary: 'Tokens and cost of a session, by job, model, day or agent',
    access: inOwn('viewer', 'session_id'),
    params,
    query: z.strictObject({ by: z.enum(['job', 'model', 'day', 'agent']).default('model') }),
    reply: usageReportView,
  }),
  listChat: route('GET', '/api/sessions/:session_id/chat', {
    tag,
    summary: 'The conversation with the main agent: its jobs with prompt and answer, newest first',
    access: inOwn('viewer', 'session_id'),
    params,
    query: pageQuery,
    reply: pageOf(
      jobView.extend({
        prompt: z.string(),
        /** Null until it is there. */
        output: z.string().nullable(),
      }),
    ),
  }),
  sendChat: route('POST', '/api/sessions/:session_id/chat', {
    tag,
    summary: 'Send the main agent a message; a job of its conversation',
    access: inOwn('operator', 'session_id'),
    params,
    body: z.strictObject({
      text: z.string().min(1).max(MIB),
      files: z.array(z.string().max(1_000)).max(100).optional(),
    }),
    reply: jobView,
    status: 202,
    audit: 'session.chat',
    bodyLimit: 2 * MIB,
  }),
  listFiles: route('GET', '/api/sessions/:session_id/files', {
    tag,
    summary: 'List the files of one of its directories',
    access: inOwn('viewer', 'session_id'),
    params,
    query: z.strictObject({ path: z.string().max(1_000).default('') }),
    reply: z.object({ items: z.array(fileView), is_cut: z.boolean() }),
  }),
  readFile: route('GET', '/api/sessions/:session_id/file', {
    tag,
    summary: 'Download a file of the session',
    access: inOwn('viewer', 'session_id'),
    params,
    query: z.strictObject({ path: z.string().min(1).max(1_000) }),
    kind: 'file',
  }),
  uploadFile: route('PUT', '/api/sessions/:session_id/uploads/:name', {
    tag,
    summary: 'Upload a file to its `uploads/`; a file of that name is replaced',
    access: inOwn('operator', 'session_id'),
    params: params.extend({ name: z.string().min(1).max(200) }),
    bodyKind: 'bytes',
    bodyLimit: 64 * MIB,
    reply: fileView,
    status: 201,
    audit: 'session.upload',
  }),
  deleteUpload: route('DELETE', '/api/sessions/:session_id/uploads/:name', {
    tag,
    summary: 'Remove an uploaded file',
    access: inOwn('operator', 'session_id'),
    params: params.extend({ name: z.string().min(1).max(200) }),
    audit: 'session.upload-removed',
  }),
  listMembers: route('GET', '/api/sessions/:session_id/members', {
    tag,
    summary: 'Who else may use the session',
    access: inOwn('viewer', 'session_id'),
    params,
    reply: z.object({ items: z.array(memberView) }),
  }),
  setMember: route('PUT', '/api/sessions/:session_id/members/:user_id', {
    tag,
    summary: 'Let somebody see, or steer, the session',
    access: inOwn('operator', 'session_id'),
    params: params.extend({ user_id: userText }),
    body: z.strictObject({ role: z.enum(['viewer', 'operator']) }),
    audit: 'session.member-set',
  }),
  removeMember: route('DELETE', '/api/sessions/:session_id/members/:user_id', {
    tag,
    summary: 'Take somebody’s right to the session back',
    access: inOwn('operator', 'session_id'),
    params: params.extend({ user_id: userText }),
    audit: 'session.member-removed',
  }),
} as const;
