import { CodedError } from '../base/index.ts';
import type { StepName } from './execution.ts';

/** Another runner holds the execution, or the site, now: stop writing. */
export class HoldLostError extends CodedError {
  constructor(id: string) {
    super('execution.lease-lost', `Another runner took over ${id}.`, {
      facts: { id },
      todo: 'Nothing: that runner goes on with it',
    });
  }
}

/** Somebody asked for the end of an execution. */
export class ExecutionCancelledError extends CodedError {
  constructor(id: string) {
    super('execution.cancelled', `Execution ${id} was cancelled.`, {
      facts: { executionId: id },
      todo: 'Run it from a step again, or publish anew: tmux-builder site redeploy SESSION',
    });
  }
}

/** Why a runner leaves what it does: another one goes on. Never shown. */
export class RunnerStoppedError extends Error {
  constructor() {
    super('the runner stops');
  }
}

export function executionNotFound(reference: string): CodedError {
  // What is no id of an execution may have been meant as a site's name.
  const what = reference.startsWith('exe_') ? 'execution' : 'site or execution';
  return new CodedError('execution.not-found', `There is no ${what} ${reference}.`, {
    facts: { executionId: reference },
    todo: 'List the sites: tmux-builder site list',
  });
}

export function siteNotFound(reference: string): CodedError {
  return new CodedError('site.not-found', `The session ${reference} has no site.`, {
    facts: { sessionId: reference },
    todo: 'List the sites: tmux-builder site list',
  });
}

export function siteGone(sessionId: string, status: string): CodedError {
  return new CodedError('site.destroyed', `The site of session ${sessionId} is ${status}.`, {
    facts: { sessionId, status },
    todo: 'Make a new one: tmux-builder site create',
  });
}

export function wrongStep(executionId: string, step: StepName, why: string): CodedError {
  return new CodedError('execution.wrong-step', `Step ${step} of ${executionId} ${why}.`, {
    facts: { executionId, step },
    todo: `See how far it is: tmux-builder site status ${executionId}`,
  });
}
