import { basename } from 'node:path';
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
  constructor(releaseId: string) {
    super('deploy.no-release', `Release ${releaseId} does not exist.`, {
      facts: { releaseId },
      todo: 'List the releases of the site, and choose one of them or redeploy',
    });
  }
}

/** While it is there, nothing of its site can be listed or published. */
export class DamagedReleaseError extends CodedError {
  constructor(dir: string, reason: string, cause: unknown) {
    super('deploy.no-release', `Release ${basename(dir)} cannot be used: ${reason}.`, {
      facts: { dir },
      cause,
      todo: `Remove the directory ${dir}, then redeploy the site`,
    });
  }
}
