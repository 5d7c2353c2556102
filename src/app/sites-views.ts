import type * as view from '../contract/index.ts';
import {
  type Execution,
  nextStep,
  type SiteFacts,
  type SiteRelease,
  type Step,
} from '../pipeline/index.ts';
import { toOptionalTime, toTime } from './to-time.ts';
import { toErrorView } from './to-view.ts';

/** How sites look when they cross a door. */

export function toSiteView({ site, name, userId, execution }: SiteFacts): view.SiteView {
  const { spec } = site;
  return {
    session_id: site.sessionId,
    name,
    user_id: userId,
    user_guid: spec.userGuid,
    provider: spec.provider,
    type: spec.type,
    requirements: site.requirements,
    status: site.status,
    agent: site.options.agent ?? null,
    url: site.url ?? null,
    release_id: site.releaseId ?? null,
    execution: toExecutionView(execution, userId),
    monthly_usd: site.monthlyUsd,
    created_at: toTime(site.createdAt),
    expires_at: toOptionalTime(site.expiresAt),
    error: toErrorView(site.error),
  };
}

export function toExecutionView(execution: Execution, userId: string): view.ExecutionView {
  const { steps } = execution;
  const next = nextStep(execution);
  const done = steps.filter(({ status }) => status === 'succeeded' || status === 'skipped');
  const url = steps.find(({ name }) => name === 'deploy')?.result['url'];
  return {
    execution_id: execution.id,
    user_id: userId,
    session_id: execution.sessionId,
    kind: execution.kind,
    status: execution.status,
    current_step: next.kind === 'done' ? null : next.step.name,
    progress: Math.floor((done.length / steps.length) * 100),
    fix_rounds: execution.fixRounds,
    url: typeof url === 'string' ? url : null,
    error: toErrorView(execution.error),
    steps: steps.map(toStepView),
    created_at: toTime(execution.createdAt),
    started_at: toOptionalTime(execution.startedAt),
    ended_at: toOptionalTime(execution.endedAt),
  };
}

function toStepView(step: Step): view.StepView {
  return {
    step: step.name,
    number: step.number,
    status: step.status,
    attempts: step.attempts,
    summary: step.summary ?? null,
    error: toErrorView(step.error),
    artefacts: step.artefacts.map(({ name, kind, path }) => ({ name, kind, path })),
    job_ids: [...step.jobIds],
    started_at: toOptionalTime(step.startedAt),
    ended_at: toOptionalTime(step.endedAt),
  };
}

export function toReleaseView(
  { id, executionId, files, bytes, createdAt, liveAt, checks }: SiteRelease,
  isLive: boolean,
): view.ReleaseView {
  return {
    release_id: id,
    execution_id: executionId,
    is_live: isLive,
    files,
    bytes,
    created_at: toTime(createdAt),
    live_at: toOptionalTime(liveAt),
    is_healthy: checks.isHealthy ?? null,
    screenshots: (checks.screenshots ?? []).map(({ screen, path }) => ({ screen, path })),
    report_path: checks.reportPath ?? null,
    tests: (checks.tests ?? []).map(({ name, source, outcome, durationMs, problem }) => ({
      name,
      source,
      outcome,
      duration_ms: Math.round(durationMs),
      problem: problem ?? null,
    })),
  };
}
