import { CodedError, systemCode } from '../../base/index.ts';

export type AwsFault =
  | 'credentials'
  | 'expired'
  | 'denied'
  | 'throttled'
  | 'quota'
  | 'unreachable'
  | 'other';

/** Say what kind of failure a request to AWS met, by the error code that the service gave. */
export function faultOf(error: unknown): AwsFault {
  const { name, status } = describe(error);
  if (/^(?:Credentials|Token)ProviderError$/.test(name)) return 'credentials';
  if (/^(?:ExpiredToken|RequestExpired|TokenRefreshRequired)/.test(name)) return 'expired';
  if (wrongKeys.test(name)) return 'credentials';
  if (throttled.test(name)) return 'throttled';
  if (/LimitExceeded|QuotaExceeded|^TooMany/.test(name)) return 'quota';
  if (/^AccessDenied|^Unauthorized|^Forbidden$|^NotAuthorized/.test(name)) return 'denied';
  if (status !== undefined && status >= 500) return 'unreachable';
  if (status === undefined && (systemCode(error) !== undefined || lost.test(name)))
    return 'unreachable';
  return status === 403 ? 'denied' : 'other';
}

const wrongKeys =
  /^(?:InvalidClientTokenId|UnrecognizedClient|InvalidAccessKeyId|SignatureDoesNotMatch|AuthFailure|InvalidToken|IncompleteSignature|MissingAuthenticationToken|RequestTimeTooSkewed)/;
const throttled =
  /^(?:Throttl|RequestThrottled|RequestLimitExceeded|TooManyRequests|SlowDown|PriorRequestNotComplete|BandwidthLimit|OperationAborted)/;
const lost = /Timeout|^NetworkingError$|^AbortError$/;

/**
 * Make the error that we throw. What the SDK threw does not come along: it holds the request, with
 * its signature and, where they are temporary, the token of the credentials.
 */
export function awsError(action: string, error: unknown): CodedError {
  const { name, message, status, requestId } = describe(error);
  const facts = { action, name, status, requestId };
  const { code, text, todo } = faults[faultOf(error)];
  const said = `${name}: ${withoutSecrets(message)}`;
  return new CodedError(code, `${text.replace('{action}', action)} (${said}).`, { facts, todo });
}

interface Words {
  readonly code: string;
  readonly text: string;
  readonly todo: string;
}

const quota: Words = {
  code: 'deploy.quota',
  text: 'AWS refused {action} for a quota',
  todo: 'Destroy what is not needed or ask AWS for a higher quota, then retry the step',
};

const faults: Readonly<Record<AwsFault, Words>> = {
  credentials: {
    code: 'deploy.no-credentials',
    text: 'AWS takes no credentials of ours',
    todo: 'Give credentials in the way of the AWS CLI: log in, or set aws_profile to a profile that works',
  },
  expired: {
    code: 'deploy.no-credentials',
    text: 'The AWS credentials expired',
    todo: 'Log in again, for example with "aws sso login", then retry the step',
  },
  denied: {
    code: 'deploy.denied',
    text: 'AWS does not let us do {action}',
    todo: 'Allow the action to these credentials (docs/deploy-aws.md has the whole policy), then retry the step',
  },
  throttled: quota,
  quota,
  unreachable: {
    code: 'deploy.unreachable',
    text: 'AWS did not answer {action}',
    todo: 'Look at the network, then retry the step',
  },
  other: {
    code: 'deploy.failed',
    text: 'AWS refused {action}',
    todo: 'Correct what the message names, then retry the step',
  },
};

/** Cut signatures, tokens and key ids out of what a service says. */
export function withoutSecrets(text: string): string {
  return text
    .replaceAll(/(?<key>X-Amz-[\w-]+)=[^&\s"'<>]+/gi, '$<key>=...')
    .replaceAll(/\b(?:AKIA|ASIA)[A-Z0-9]{8,}\b/g, '...')
    .slice(0, 2_000);
}

interface Described {
  readonly name: string;
  readonly message: string;
  readonly status: number | undefined;
  readonly requestId: string | undefined;
}

/** What the SDK says of a failure: `$metadata` is there when a service answered. */
export function describe(error: unknown): Described {
  if (!(error instanceof Error)) {
    return { name: 'unknown', message: String(error), status: undefined, requestId: undefined };
  }
  const metadata: unknown = '$metadata' in error ? error.$metadata : undefined;
  const isMetadata = typeof metadata === 'object' && metadata !== null;
  const status = isMetadata && 'httpStatusCode' in metadata ? metadata.httpStatusCode : undefined;
  const requestId = isMetadata && 'requestId' in metadata ? metadata.requestId : undefined;
  const code = systemCode(error);
  return {
    name: error.name === 'Error' && code !== undefined ? code : error.name,
    message: error.message,
    status: typeof status === 'number' ? status : undefined,
    requestId: typeof requestId === 'string' ? requestId : undefined,
  };
}
