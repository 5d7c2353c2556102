import { z } from 'zod';
import { idText, inOwn, pageOf, pageQuery, route, seen, userText, withRole } from './route.ts';
import {
  chatHistoryView,
  executionView,
  providerNames,
  releaseView,
  siteDiffView,
  siteEstimateView,
  siteStepNames,
  siteTypeNames,
  siteView,
  userSessionView,
} from './site-views.ts';
import { jobView } from './views.ts';

const tag = 'sites';
const MIB = 1_048_576;
const ofSession = z.strictObject({ session_id: idText });
const ofExecution = z.strictObject({ execution_id: idText });
const ofStep = ofExecution.extend({ step: z.enum(siteStepNames) });
const requirements = z.string().trim().min(1).max(200_000);

/** Where a site goes, and how large. */
export const sitePlace = z.strictObject({
  provider: z.enum(providerNames).optional(),
  type: z.enum(siteTypeNames).default('static'),
  region: z.string().max(60).optional(),
  /** Of the machine of a dynamic site in a cloud. */
  size: z.string().max(60).optional(),
  /** Azure static only. */
  front_door: z.enum(['none', 'shared']).optional(),
});

export const siteBody = sitePlace.extend({
  requirements,
  name: z.string().min(1).max(120).optional(),
  agent: z.string().max(200).optional(),
  model: z.string().max(200).optional(),
  permission: z.enum(['ask', 'allow', 'deny']).optional(),
  max_tokens: z.int().min(1).optional(),
  max_cost_usd: z.number().positive().optional(),
  /** Hours until it is destroyed. */
  time_to_live_h: z.number().positive().max(87_600).optional(),
  /** What it may cost a month: at least the estimate, where that must be confirmed. */
  confirmed_monthly_usd: z.number().min(0).optional(),
});
export type SiteBody = z.infer<typeof siteBody>;

/** For whom a site is made. */
export const sitePerson = z.strictObject({
  email: z.email().max(100),
  phone: z
    .string()
    .regex(/^\+?[\d ()/-]{3,30}$/)
    .optional(),
});

/** The request of the origin documents; `host_provider` as they call it. */
const createUserBody = z.strictObject({
  ...sitePerson.shape,
  host_provider: z.enum(providerNames),
  site_type: z.enum(siteTypeNames),
  requirements,
  name: z.string().min(1).max(120).optional(),
  agent: z.string().max(200).optional(),
  confirmed_monthly_usd: z.number().min(0).optional(),
});

const started = z.object({
  execution_id: z.string(),
  user_id: z.string(),
  session_id: z.string(),
});

export const siteRoutes = {
  estimateSite: route('POST', '/api/sites/estimate', {
    tag,
    summary: 'What a site would consist of, and cost a month; makes nothing',
    access: withRole('operator'),
    body: sitePlace,
    reply: siteEstimateView,
  }),
  createSite: route('POST', '/api/sites', {
    tag,
    summary: 'Begin a site: a session, and an execution of the nine steps',
    access: withRole('operator'),
    body: siteBody,
    reply: siteView,
    status: 201,
    audit: 'site.create',
    bodyLimit: MIB,
  }),
  listSites: route('GET', '/api/sites', {
    tag,
    summary: 'List sites, newest first',
    access: seen,
    query: pageQuery.extend({ status: siteView.shape.status.optional() }),
    reply: pageOf(siteView),
  }),
  getSite: route('GET', '/api/sites/:session_id', {
    tag,
    summary: 'Show a site with its newest execution',
    access: inOwn('viewer', 'session_id'),
    params: ofSession,
    reply: siteView,
  }),
  listExecutions: route('GET', '/api/sites/:session_id/executions', {
    tag,
    summary: 'List the executions of a site, newest first (at most 100)',
    access: inOwn('viewer', 'session_id'),
    params: ofSession,
    reply: z.object({ items: z.array(executionView) }),
  }),
  listReleases: route('GET', '/api/sites/:session_id/releases', {
    tag,
    summary: 'List the releases of a site with screenshots and reports, newest first',
    access: inOwn('viewer', 'session_id'),
    params: ofSession,
    reply: z.object({ items: z.array(releaseView) }),
  }),
  diffSite: route('GET', '/api/sites/:session_id/diff', {
    tag,
    summary: 'How the source differs from what is live',
    access: inOwn('viewer', 'session_id'),
    params: ofSession,
    reply: siteDiffView,
  }),
  siteLogs: route('GET', '/api/sites/:session_id/logs', {
    tag,
    summary: 'The newest lines of the site’s program, or of its deployment',
    access: inOwn('viewer', 'session_id'),
    params: ofSession,
    query: z.strictObject({ lines: z.coerce.number().int().min(1).max(10_000).default(200) }),
    reply: z.object({ lines: z.array(z.string()) }),
  }),
  /** Sent with a policy that keeps scripts in it away from the dashboard. */
  readSiteFile: route('GET', '/api/sites/:session_id/artefact', {
    tag,
    summary: 'Read what a step left: a screenshot, a plan, a report',
    access: inOwn('viewer', 'session_id'),
    params: ofSession,
    query: z.strictObject({ path: z.string().min(1).max(1_000) }),
    kind: 'file',
  }),
  redeploySite: route('POST', '/api/sites/:session_id/redeploy', {
    tag,
    summary: 'Publish the source as it is once the messages sent before are done, and check it',
    access: inOwn('operator', 'session_id'),
    params: ofSession,
    reply: executionView,
    status: 202,
    audit: 'site.redeploy',
  }),
  rollbackSite: route('POST', '/api/sites/:session_id/rollback', {
    tag,
    summary: 'Go back to a release that was live before, and check it',
    access: inOwn('operator', 'session_id'),
    params: ofSession,
    body: z.strictObject({ release_id: idText }),
    reply: executionView,
    status: 202,
    audit: 'site.rollback',
  }),
  destroySite: route('DELETE', '/api/sites/:session_id', {
    tag,
    summary: 'Take a site off the web and remove all that was made for it; its session stays',
    access: inOwn('operator', 'session_id'),
    params: ofSession,
    reply: siteView,
    status: 202,
    audit: 'site.destroy',
  }),
  /** The path of the origin documents. */
  getExecution: route('GET', '/api/status/:execution_id', {
    tag,
    summary: 'Show an execution with its steps',
    access: inOwn('viewer', 'execution_id'),
    params: ofExecution,
    reply: executionView,
  }),
  cancelExecution: route('POST', '/api/executions/:execution_id/cancel', {
    tag,
    summary: 'Cancel an execution; what is live stays live',
    access: inOwn('operator', 'execution_id'),
    params: ofExecution,
    reply: executionView,
    status: 202,
    audit: 'execution.cancel',
  }),
  retryStep: route('POST', '/api/executions/:execution_id/steps/:step/retry', {
    tag,
    summary: 'Begin a failed step once more, and go on from there',
    access: inOwn('operator', 'execution_id'),
    params: ofStep,
    reply: executionView,
    status: 202,
    audit: 'execution.step-retry',
  }),
  skipStep: route('POST', '/api/executions/:execution_id/steps/:step/skip', {
    tag,
    summary: 'Go on without a step that failed or waits; only checks can be skipped',
    access: inOwn('operator', 'execution_id'),
    params: ofStep,
    reply: executionView,
    status: 202,
    audit: 'execution.step-skip',
  }),
  rerunFromStep: route('POST', '/api/executions/:execution_id/steps/:step/rerun', {
    tag,
    summary: 'Do this step and all after it again',
    access: inOwn('operator', 'execution_id'),
    params: ofStep,
    reply: executionView,
    status: 202,
    audit: 'execution.step-rerun',
  }),
  readStepLog: route('GET', '/api/executions/:execution_id/steps/:step/log', {
    tag,
    summary: 'What a step did, line by line, of all its attempts',
    access: inOwn('viewer', 'execution_id'),
    params: ofStep,
    /** Lines to leave out: those that one has. */
    query: z.strictObject({ after: z.coerce.number().int().min(0).default(0) }),
    reply: z.object({
      lines: z.array(z.object({ number: z.int(), at: z.iso.datetime(), text: z.string() })),
      /** More follow after the last one. */
      is_cut: z.boolean(),
    }),
  }),

  createUserWithSite: route('POST', '/api/create-user', {
    tag: 'origin',
    summary: 'Begin a site for a person by e-mail, who is made when not known; admins alone',
    access: withRole('admin'),
    body: createUserBody,
    reply: started.extend({ is_new_user: z.boolean() }),
    status: 201,
    audit: 'site.create-user',
    bodyLimit: MIB,
  }),
  listUserSessions: route('GET', '/api/user/:user_id/sessions', {
    tag: 'origin',
    summary: 'List a user’s sessions, by the user’s id or GUID, with their newest executions',
    access: seen,
    params: z.strictObject({ user_id: userText }),
    query: pageQuery,
    reply: z.object({ items: z.array(userSessionView), next: z.string().nullable() }),
  }),
  chatWithSite: route('POST', '/api/chat/:execution_id', {
    tag: 'origin',
    summary: 'Send the agent of a site a message',
    access: inOwn('operator', 'execution_id'),
    params: ofExecution,
    body: z.strictObject({
      message: z.string().min(1).max(MIB),
      /** Publish once the agent is done. */
      redeploy: z.boolean().default(false),
    }),
    reply: jobView.extend({
      /** Of the redeployment, when one was asked for. */
      execution_id: z.string().nullable(),
    }),
    status: 202,
    audit: 'site.chat',
    bodyLimit: 2 * MIB,
  }),
  siteChatHistory: route('GET', '/api/chat/:execution_id/history', {
    tag: 'origin',
    summary: 'The conversation with a site’s agent, and what its terminal shows',
    access: inOwn('viewer', 'execution_id'),
    params: ofExecution,
    reply: chatHistoryView,
  }),
  redeployExecution: route('POST', '/api/redeploy/:execution_id', {
    tag: 'origin',
    summary: 'Publish the source of an execution’s session as it is now',
    access: inOwn('operator', 'execution_id'),
    params: ofExecution,
    reply: started,
    status: 202,
    audit: 'site.redeploy',
  }),
} as const;
