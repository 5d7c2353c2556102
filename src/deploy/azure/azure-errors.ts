import { CodedError, systemCode } from '../../base/index.ts';
import { AzureRefusal } from './azure-refusal.ts';

const LOGIN_CODES = [
  'InvalidAuthenticationToken',
  'InvalidAuthenticationTokenTenant',
  'ExpiredAuthenticationToken',
  'AuthenticationFailed',
  'SubscriptionNotFound',
  'InvalidSubscriptionId',
];
const LOGIN_ERRORS = [
  'CredentialUnavailableError',
  'AuthenticationError',
  'AuthenticationRequiredError',
  'AggregateAuthenticationError',
];
const DENIED_CODES = [
  'AuthorizationFailed',
  'LinkedAuthorizationFailed',
  'AuthorizationFailure',
  'AuthorizationPermissionMismatch',
  'InsufficientAccountPermissions',
  'RequestDisallowedByPolicy',
  'MissingSubscriptionRegistration',
  'ReadOnlyDisabledSubscription',
];
const QUOTA_CODES = [
  'QuotaExceeded',
  'SkuNotAvailable',
  'SubscriptionIsOverQuotaForSku',
  'ResourceQuotaLimitExceeded',
  'PublicIPCountLimitReached',
  'StandardSkuPublicIPCountLimitReached',
  'MaxStorageAccountsCountPerSubscriptionExceeded',
  'AllocationFailed',
  'ZonalAllocationFailed',
  'OverconstrainedAllocationRequest',
];
const TAKEN_CODES = [
  'StorageAccountAlreadyTaken',
  'StorageAccountAlreadyExists',
  'StorageAccountInAnotherResourceGroup',
  'DnsRecordInUse',
];
const HALF_CODES = [
  'ResourceGroupBeingDeleted',
  'ResourceGroupDeletionBlocked',
  'DeploymentActive',
  'DeploymentBeingDeleted',
  'AccountBeingDeleted',
  'AnotherOperationInProgress',
  'Canceled',
  'DeploymentCancelled',
  'DeploymentCanceled',
  'ScopeLocked',
];

/**
 * Make one of our errors of what a call to Azure threw. `doing` completes "Azure refuses to ...".
 * Errors of Azure's SDKs hold the request with its token, so they are never kept as the cause.
 */
export function toCodedError(error: unknown, doing: string): unknown {
  if (error instanceof CodedError) return error;
  if (error instanceof AzureRefusal) return ofRefusal(error, doing);
  if (error instanceof Error && LOGIN_ERRORS.includes(error.name)) return noCredentials();
  const status = statusOf(error);
  if (status !== undefined) {
    const code = systemCode(error) ?? 'Unknown';
    return ofRefusal(new AzureRefusal(status, { code, message: firstLine(error) }), doing);
  }
  if (isOfNetwork(error)) return unreachable(systemCode(error) ?? firstLine(error), doing);
  return error;
}

/** True when trying the same again may help: too many at once, a fault there, no connection. */
export function isPassing(error: unknown): boolean {
  const status = error instanceof AzureRefusal ? error.status : statusOf(error);
  if (status === undefined) return isOfNetwork(error);
  return [408, 429, 500, 502, 503, 504].includes(status);
}

export function noCredentials(): CodedError {
  return new CodedError('deploy.no-credentials', 'No valid credentials of Azure are found.', {
    todo: 'Log in with `az login`, or set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET',
  });
}

export function noSubscription(): CodedError {
  return new CodedError('deploy.no-credentials', 'No Azure subscription is set.', {
    todo: 'Set azure_subscription (TMUX_BUILDER_AZURE_SUBSCRIPTION) to the id that `az account show` prints',
  });
}

export function halfMade(name: string, reason: string, todo: string): CodedError {
  return new CodedError('deploy.half-made', `${name} is half made: ${reason}.`, {
    facts: { name },
    todo,
  });
}

export function nameTaken(message: string, facts: Readonly<Record<string, unknown>>): CodedError {
  return new CodedError('deploy.name-taken', message, {
    facts,
    todo: 'Remove what has the name, or create the site in another session',
  });
}

/** The action that a person was not allowed, as Azure names it in its message. */
export function findDeniedAction(refusal: AzureRefusal): string | undefined {
  for (const { message } of refusal.problems) {
    const action = /perform action '(?<action>[^']+)'/.exec(message)?.groups?.['action'];
    if (action !== undefined) return action;
  }
  return undefined;
}

function ofRefusal(refusal: AzureRefusal, doing: string): CodedError {
  const { status, problems } = refusal;
  // The innermost problem says most.
  const what = problems.at(-1) ?? { code: `HTTP ${status}`, message: '' };
  const facts = { status, azureCode: what.code };
  const said = `${what.code}${what.message === '' ? '' : `: ${oneLine(what.message)}`}`;
  const action = findDeniedAction(refusal);
  if (status === 401 || refusal.has(...LOGIN_CODES)) return noCredentials();
  if (action !== undefined || status === 403 || refusal.has(...DENIED_CODES)) {
    return denied(refusal, { action, doing, said, facts });
  }
  if (refusal.has(...QUOTA_CODES) || isAboutQuota(refusal)) {
    return new CodedError('deploy.quota', `Azure has no room for the site: ${said}`, {
      facts,
      todo: 'Choose another size or region, or ask Azure for a higher quota',
    });
  }
  if (refusal.has(...TAKEN_CODES)) return nameTaken(`A name of the site is taken: ${said}`, facts);
  if (refusal.has(...HALF_CODES)) {
    return halfMade('The deployment', said, 'Try again; if it stays so, destroy the site first');
  }
  if (isPassing(refusal)) return unreachable(said, doing);
  return new CodedError('deploy.failed', `Azure could not ${doing}: ${said}`, {
    facts,
    todo: 'Read what Azure says; destroy the site before creating it in another way',
  });
}

interface Denial {
  readonly action: string | undefined;
  readonly doing: string;
  readonly said: string;
  readonly facts: Readonly<Record<string, unknown>>;
}

function denied(refusal: AzureRefusal, { action, doing, said, facts }: Denial): CodedError {
  const need = action === undefined ? '' : ` It needs the permission ${action}.`;
  return new CodedError('deploy.denied', `Azure refuses to ${doing}.${need} (${said})`, {
    facts: { ...facts, action },
    todo: refusal.has('AuthorizationPermissionMismatch')
      ? 'Give yourself the role Storage Blob Data Contributor, see docs/deploy-azure.md'
      : 'Ask for the roles that docs/deploy-azure.md lists',
  });
}

function unreachable(reason: string, doing: string): CodedError {
  return new CodedError('deploy.unreachable', `Azure did not ${doing}: ${oneLine(reason)}.`, {
    facts: { reason },
    todo: 'Look at the connection and at status.azure.com, then try again',
  });
}

/** `OperationNotAllowed` and `BadRequest` stand for quotas too; their text says so. */
function isAboutQuota({ problems }: AzureRefusal): boolean {
  return problems.some(({ message }) => /\bquota\b|approved .* cores/i.test(message));
}

function isOfNetwork(error: unknown): boolean {
  // The SDKs' own, without an answer: it holds the request, so it must not go further.
  if (error instanceof Error && error.name === 'RestError') return true;
  if (error instanceof TypeError && error.message === 'fetch failed') return true;
  const code = systemCode(error) ?? '';
  return /^(?:E[A-Z]{4,}|UND_ERR_\w+|REQUEST_SEND_ERROR|PARSE_ERROR)$/.test(code);
}

function statusOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('statusCode' in error)) return undefined;
  return typeof error.statusCode === 'number' ? error.statusCode : undefined;
}

function firstLine(error: unknown): string {
  return oneLine(error instanceof Error ? error.message : String(error));
}

function oneLine(text: string): string {
  return (text.split('\n')[0] ?? '').trim().slice(0, 300);
}
