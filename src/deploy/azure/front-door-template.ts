import { apiVersions } from './azure-names.ts';
import { type Resource, templateHead } from './storage-resources.ts';

export interface FrontDoorWish {
  readonly profile: string;
  /** Name of what one site has in the profile. */
  readonly name: string;
  readonly tags: Readonly<Record<string, string>>;
  /** Tags of the profile, which is everybody's. */
  readonly profileTags: Readonly<Record<string, string>>;
  /** Host that answers for the site. */
  readonly origin: string;
  /** How the origin is spoken to; visitors always have HTTPS. */
  readonly forwarding: 'HttpOnly' | 'HttpsOnly';
}

/**
 * Template of what one site has in the shared Front Door: endpoint, origin group, origin, route;
 * and of the profile itself when `makeProfile` says so, as it may be somebody else's.
 */
export function frontDoorTemplate(wish: FrontDoorWish): Resource {
  const { profile, name, tags, profileTags } = wish;
  const common = { apiVersion: apiVersions.cdn };
  const child = `${profile}/${name}`;
  return {
    ...templateHead,
    parameters: { makeProfile: { type: 'bool' } },
    resources: [
      {
        type: 'Microsoft.Cdn/profiles',
        ...common,
        condition: "[parameters('makeProfile')]",
        name: profile,
        location: 'global',
        tags: profileTags,
        sku: { name: 'Standard_AzureFrontDoor' },
      },
      {
        type: 'Microsoft.Cdn/profiles/afdEndpoints',
        ...common,
        name: child,
        location: 'global',
        tags,
        dependsOn: [idOf('profiles', profile)],
        properties: { enabledState: 'Enabled' },
      },
      {
        type: 'Microsoft.Cdn/profiles/originGroups',
        ...common,
        name: child,
        dependsOn: [idOf('profiles', profile)],
        properties: {
          loadBalancingSettings: {
            sampleSize: 4,
            successfulSamplesRequired: 3,
            additionalLatencyInMilliseconds: 50,
          },
        },
      },
      origin(wish),
      route(wish),
    ],
    outputs: {
      host: {
        type: 'string',
        value: `[reference(resourceId('Microsoft.Cdn/profiles/afdEndpoints', '${profile}', '${name}')).hostName]`,
      },
    },
  };
}

function origin({ profile, name, origin }: FrontDoorWish): Resource {
  return {
    type: 'Microsoft.Cdn/profiles/originGroups/origins',
    apiVersion: apiVersions.cdn,
    name: `${profile}/${name}/site`,
    dependsOn: [idOf('profiles/originGroups', profile, name)],
    properties: {
      hostName: origin,
      originHostHeader: origin,
      httpPort: 80,
      httpsPort: 443,
      priority: 1,
      weight: 1000,
      enabledState: 'Enabled',
    },
  };
}

function route({ profile, name, forwarding }: FrontDoorWish): Resource {
  return {
    type: 'Microsoft.Cdn/profiles/afdEndpoints/routes',
    apiVersion: apiVersions.cdn,
    name: `${profile}/${name}/site`,
    // Without its origin a route is refused, though nothing in it names one.
    dependsOn: [
      idOf('profiles/afdEndpoints', profile, name),
      idOf('profiles/originGroups', profile, name),
      idOf('profiles/originGroups/origins', profile, name, 'site'),
    ],
    properties: {
      originGroup: { id: idOf('profiles/originGroups', profile, name) },
      supportedProtocols: ['Http', 'Https'],
      patternsToMatch: ['/*'],
      forwardingProtocol: forwarding,
      linkToDefaultDomain: 'Enabled',
      httpsRedirect: 'Enabled',
      // What a program answers may be for one visitor alone: without this nothing is kept.
      ...(forwarding === 'HttpsOnly' ? { cacheConfiguration } : {}),
      enabledState: 'Enabled',
    },
  };
}

const cacheConfiguration = {
  queryStringCachingBehavior: 'IgnoreQueryString',
  compressionSettings: {
    isCompressionEnabled: true,
    contentTypesToCompress: [
      'text/html',
      'text/css',
      'text/javascript',
      'application/json',
      'image/svg+xml',
    ],
  },
};

function idOf(type: string, ...names: readonly string[]): string {
  const words = names.map((name) => `'${name}'`).join(', ');
  return `[resourceId('Microsoft.Cdn/${type}', ${words})]`;
}
