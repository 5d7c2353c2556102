import type { DeploySettings } from '../settings.ts';
import type { AzureApi } from './azure-api.ts';
import type { Ask } from './azure-calls.ts';
import { type AzureCredential, type AzureToken, findPrincipal } from './azure-credential.ts';
import { noCredentials, noSubscription } from './azure-errors.ts';
import { AzureRefusal } from './azure-refusal.ts';
import { importAzure } from './azure-sdks.ts';
import { deploymentCalls } from './deployment-calls.ts';
import { groupCalls } from './group-calls.ts';
import { throwRefusals } from './refusal-policy.ts';
import { resourceCalls } from './resource-calls.ts';
import { retrying } from './retry.ts';

const DEFAULT_POLL_MS = 3_000;

/** @throws {CodedError} `deploy.no-credentials`: no subscription is set. `deploy.no-sdk` */
export async function openAzureApi(settings: DeploySettings): Promise<AzureApi> {
  const { azureSubscription: subscription, azureResourceManager: manager, clock } = settings;
  if (subscription === undefined) throw noSubscription();
  const { pollMs = DEFAULT_POLL_MS } = settings.azure ?? {};
  const [{ ResourceManagementClient }, { DeploymentsClient }] = await importAzure(
    async () =>
      await Promise.all([
        import('@azure/arm-resources'),
        import('@azure/arm-resourcesdeployments'),
      ]),
  );
  const credential = orRefuse(settings.azure?.credential ?? (await defaultCredential()));
  const scope = `${manager}/.default`;
  const options = {
    endpoint: manager,
    credentials: { scopes: [scope] },
    retryOptions: { maxRetries: 0 },
    additionalPolicies: [{ policy: throwRefusals, position: 'perCall' as const }],
  };
  const token = async (): Promise<string> => (await credential.getToken(scope)).token;
  const ask: Ask = async (doing, signal, action) =>
    await retrying(doing, action, { clock, pauseMs: pollMs / 3 }, signal);
  return {
    subscription,
    clock,
    pollMs,
    findPrincipal: async (signal) => findPrincipal(await ask('log in', signal, token)),
    ...groupCalls(new ResourceManagementClient(credential, subscription, options), ask),
    ...resourceCalls(new ResourceManagementClient(credential, subscription, options), ask),
    ...deploymentCalls(new DeploymentsClient(credential, subscription, options), ask, pollMs),
    async post(path, apiVersion, body, signal) {
      await ask(`do ${path.split('/').at(-1)}`, signal, async () => {
        const response = await fetch(`${manager}${path}?api-version=${apiVersion}`, {
          method: 'POST',
          headers: {
            authorization: `Bearer ${await token()}`,
            'content-type': 'application/json',
          },
          body: JSON.stringify(body),
          signal,
        });
        if (!response.ok) throw await AzureRefusal.of(response);
        await response.body?.cancel();
      });
    },
    async openBlobs(url) {
      const { BlobServiceClient } = await importAzure(
        async () => await import('@azure/storage-blob'),
      );
      return new BlobServiceClient(url, credential, { retryOptions: { maxTries: 1 } });
    },
  };
}

async function defaultCredential(): Promise<AzureCredential> {
  const { DefaultAzureCredential } = await importAzure(async () => await import('@azure/identity'));
  return new DefaultAzureCredential();
}

/** The SDKs say of a credential that has no token only that it could not be refreshed. */
function orRefuse(credential: AzureCredential): {
  getToken(scopes: string | string[]): Promise<AzureToken>;
} {
  return {
    async getToken(scopes) {
      const found = await credential.getToken(scopes);
      if (found === null) throw noCredentials();
      return found;
    },
  };
}
