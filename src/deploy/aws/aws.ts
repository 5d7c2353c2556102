import type { CloudFormation } from '@aws-sdk/client-cloudformation';
import type { CloudFront } from '@aws-sdk/client-cloudfront';
import type { S3 } from '@aws-sdk/client-s3';
import type { Clock } from '../../base/index.ts';
import type { DeploySettings } from '../settings.ts';
import { awsError, faultOf } from './aws-error.ts';
import { loadAwsSdk } from './sdk.ts';

/** How a request is to be given up; for the second argument of the SDK's methods. */
interface RequestOptions {
  readonly abortSignal: AbortSignal;
}

export type Ask<T> = (options: RequestOptions) => Promise<T>;

/** An account of AWS in one region, reached with credentials that were tried. */
export interface Aws extends AsyncDisposable {
  readonly region: string;
  /** Twelve digits; also what each bucket of ours is checked to belong to. */
  readonly account: string;
  readonly clock: Clock;
  readonly stacks: CloudFormation;
  readonly cdn: CloudFront;
  readonly objects: S3;
  /**
   * Make one request, again while AWS is throttling or unreachable. `action` is its name in IAM:
   * `s3:PutObject`.
   *
   * @throws {CodedError} as `awsError` makes it; `signal.reason` when aborted.
   */
  readonly call: <T>(action: string, ask: Ask<T>, signal: AbortSignal) => Promise<T>;
  /** The same, but undefined when the failure is one that `expects` takes. */
  readonly tryCall: <T>(
    action: string,
    ask: Ask<T>,
    expects: Expects,
    signal: AbortSignal,
  ) => Promise<T | undefined>;
  /** Address at which an object can be read without credentials, for so many seconds. A secret. */
  readonly presign: (bucket: string, key: string, seconds: number) => Promise<string>;
}

/** Whether a failure, as the SDK has it, means that there is nothing. */
export type Expects = (error: unknown) => boolean;

const TRIES = 6;
const FIRST_PAUSE_MS = 500;

/**
 * Reach AWS, with credentials from the profile of `aws_profile` or the SDK's standard chain.
 *
 * @throws {CodedError} `deploy.no-sdk`, `deploy.no-credentials`, `deploy.unreachable`.
 */
export async function openAws(
  settings: DeploySettings,
  region: string,
  signal: AbortSignal,
): Promise<Aws> {
  const sdk = await loadAwsSdk();
  const { clock, awsProfile, endpoints } = settings;
  const { fromIni, fromNodeProviderChain } = sdk.credentials;
  const config = {
    region,
    credentials:
      awsProfile === undefined ? fromNodeProviderChain() : fromIni({ profile: awsProfile }),
    // We try again ourselves: pauses come from our clock, and end when the signal does.
    maxAttempts: 1,
    // It prints warnings on standard error otherwise; what matters is thrown.
    logger: { trace() {}, debug() {}, info() {}, warn() {}, error() {} },
    requestHandler: { connectionTimeout: 10_000, socketTimeout: 60_000 },
    ...(endpoints?.aws === undefined ? {} : { endpoint: endpoints.aws }),
  };
  await using opened = new AsyncDisposableStack();
  const keep = <T extends { destroy(): void }>(client: T): T =>
    opened.adopt(client, async (one) => one.destroy());
  const identity = keep(new sdk.identity.STS(config));
  const call: Aws['call'] = async (action, ask, stop) =>
    await retried(clock, async () => await ask({ abortSignal: stop }), action, stop);
  const tryCall: Aws['tryCall'] = async (action, ask, expects, stop) =>
    await call(action, async (options) => await unless(expects, ask(options)), stop);
  const caller = await call(
    'sts:GetCallerIdentity',
    async (options) => await identity.getCallerIdentity({}, options),
    signal,
  );
  const objects = keep(
    new sdk.objects.S3({
      ...config,
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
    }),
  );
  const stacks = keep(new sdk.stacks.CloudFormation(config));
  const cdn = keep(new sdk.cdn.CloudFront(config));
  const presign: Aws['presign'] = async (bucket, key, seconds) => {
    const command = new sdk.objects.GetObjectCommand({ Bucket: bucket, Key: key });
    return await sdk.presigner.getSignedUrl(objects, command, { expiresIn: seconds });
  };
  const owned = opened.move();
  return {
    region,
    account: caller.Account ?? '',
    clock,
    stacks,
    cdn,
    objects,
    call,
    tryCall,
    presign,
    [Symbol.asyncDispose]: async () => await owned.disposeAsync(),
  };
}

async function unless<T>(expects: Expects, asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (expects(error)) return undefined;
    throw error;
  }
}

async function retried<T>(
  clock: Clock,
  ask: () => Promise<T>,
  action: string,
  signal: AbortSignal,
): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    signal.throwIfAborted();
    try {
      return await ask();
    } catch (error) {
      signal.throwIfAborted();
      const fault = faultOf(error);
      const isPassing = fault === 'throttled' || fault === 'unreachable';
      if (!isPassing || tries >= TRIES) throw awsError(action, error);
    }
    await clock.after(FIRST_PAUSE_MS * 2 ** (tries - 1), signal);
  }
}
