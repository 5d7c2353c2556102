import { CodedError } from '../base/index.ts';

/** What the agent wrote cannot be published; `reason` completes "The site cannot be published: ". */
export class BadSiteError extends CodedError {
  constructor(reason: string, facts: Readonly<Record<string, unknown>> = {}) {
    super('deploy.bad-site', `The site cannot be published: ${reason}.`, {
      facts,
      todo: 'Correct the files of the site, then redeploy it',
    });
  }
}

export class NoReleaseError extends CodedError {
  constructor(releaseId: string, reason: string, cause?: unknown) {
    super('deploy.no-release', `Release ${releaseId} ${reason}.`, {
      facts: { releaseId },
      cause,
      todo: 'List the releases of the site, and choose one of them or redeploy',
    });
  }
}
