import { expect, test } from 'vitest';
import { planAzure } from '../../../src/deploy/azure/plan-azure.ts';
import { frontDoorTemplate } from '../../../src/deploy/azure/front-door-template.ts';
import type { SiteSpec } from '../../../src/deploy/index.ts';
import type { Loose } from '../../support/azure/arm-state.ts';
import { type Template, templateProblems } from '../../support/azure/arm-template.ts';

const spec: SiteSpec = {
  provider: 'azure',
  type: 'static',
  userGuid: '3f2504e0-4f89-41d3-9a0c-0305e82c3301',
  sessionId: 'ses_1',
  region: undefined,
  size: undefined,
  frontDoor: undefined,
  run: { command: ['node', 'server.js'], healthPath: '/' },
  expiresAt: 1_800_000_000_000,
};
const settings = {
  sizes: ['t3.micro', 'Standard_B1s', 'Standard_B2s'],
  azureLocation: 'eastus',
  azureFrontDoor: undefined,
  azureSubscription: 'sub',
} as const;
const templates = {
  static: planAzure(spec, settings).template,
  dynamic: planAzure({ ...spec, type: 'dynamic' }, settings).template,
  'front-door': frontDoorTemplate({
    profile: 'tmux-builder-shared',
    name: 'tmux-3f2504e0-abcdefgh',
    tags: { CreatedBy: 'tmux-builder-automation' },
    profileTags: { CreatedBy: 'tmux-builder-automation' },
    origin: 'account.z13.web.core.windows.net',
    forwarding: 'HttpsOnly',
  }),
};

test.each(Object.entries(templates))(
  'the %s template fits what Microsoft publishes of its types, and is the one we looked at',
  async (name, template) => {
    expect(templateProblems(template)).toEqual([]);
    await expect(`${JSON.stringify(template, undefined, 2)}\n`).toMatchFileSnapshot(
      `../../golden/azure/${name}.template.json`,
    );
  },
);

interface Fault {
  readonly of: keyof typeof templates;
  readonly what: string;
  readonly make: (template: { resources: Loose[]; parameters: Loose; outputs: Loose }) => void;
  readonly found: RegExp;
}

function at({ resources }: { resources: Loose[] }, type: string): Loose {
  const found = resources.find((one) => one['type'].endsWith(type));
  if (found === undefined) throw new Error(`no ${type}`);
  return found;
}

const faults: readonly Fault[] = [
  {
    of: 'static',
    what: 'a name that storage accounts cannot have',
    make: (t) => void (at(t, 'storageAccounts')['name'] = 'Tmux_1'),
    found: /does not match|longer|shorter/,
  },
  {
    of: 'static',
    what: 'an unknown sku',
    make: (t) => void (at(t, 'storageAccounts')['sku']['name'] = 'Standard_LR'),
    found: /sku\.name: "Standard_LR" is none of/,
  },
  {
    of: 'static',
    what: 'a property that is spelt wrong',
    make: (t) => void (at(t, 'storageAccounts')['properties']['minTlsVersion'] = 'TLS1_2'),
    found: /minTlsVersion: no such property/,
  },
  {
    of: 'static',
    what: 'a read-only property',
    make: (t) => void (at(t, 'storageAccounts')['properties']['provisioningState'] = 'Succeeded'),
    found: /provisioningState: is read-only/,
  },
  {
    of: 'static',
    what: 'a text where true or false belongs',
    make: (t) => void (at(t, 'storageAccounts')['properties']['allowSharedKeyAccess'] = 'no'),
    found: /neither true nor false/,
  },
  {
    of: 'static',
    what: 'a role for nobody',
    make: (t) => void delete at(t, 'roleAssignments')['properties']['principalId'],
    found: /principalId: is required/,
  },
  {
    of: 'static',
    what: 'a parameter that is not there',
    make: (t) => void (t.parameters = {}),
    found: /there is no parameter principalId/,
  },
  {
    of: 'static',
    what: 'an expression with an open bracket',
    make: (t) => void (t.outputs['web']['value'] = "[reference(resourceId('a', 'b').x]"),
    found: /bracket is not closed|cannot read/,
  },
  {
    of: 'dynamic',
    what: 'an unknown protocol',
    make: (t) =>
      void (at(t, 'networkSecurityGroups')['properties']['securityRules'][0]['properties'][
        'protocol'
      ] = 'TCPP'),
    found: /protocol: "TCPP" is none of/,
  },
  {
    of: 'dynamic',
    what: 'a rule without priority',
    make: (t) =>
      void delete at(t, 'networkSecurityGroups')['properties']['securityRules'][0]['properties'][
        'priority'
      ],
    found: /priority: is required/,
  },
  {
    of: 'dynamic',
    what: 'user data that is spelt wrong',
    make: (t) => void (at(t, 'virtualMachines')['properties']['osProfile']['customdata'] = 'x'),
    found: /customdata: no such property/,
  },
  {
    of: 'dynamic',
    what: 'a machine without location',
    make: (t) => void delete at(t, 'virtualMachines')['location'],
    found: /location: is required/,
  },
  {
    of: 'dynamic',
    what: 'a version that the type does not have',
    make: (t) => void (at(t, 'publicIPAddresses')['apiVersion'] = '2025-05-02'),
    found: /no such type/,
  },
  {
    of: 'dynamic',
    what: 'a machine that does not wait for its network',
    make: (t) => void delete at(t, 'virtualMachines')['dependsOn'],
    found: /does not wait for it/,
  },
  {
    of: 'dynamic',
    what: 'waiting for what is not in the template',
    make: (t) =>
      void (at(t, 'virtualNetworks')['dependsOn'] = [
        "[resourceId('Microsoft.Network/natGateways', 'x')]",
      ]),
    found: /which is not there/,
  },
  {
    of: 'front-door',
    what: 'a weight that is too large',
    make: (t) => void (at(t, 'origins')['properties']['weight'] = 5_000),
    found: /5000 is not within/,
  },
  {
    of: 'front-door',
    what: "a child's name without its parent's",
    make: (t) => void (at(t, 'afdEndpoints')['name'] = 'alone'),
    found: /has not as many parts/,
  },
  {
    of: 'front-door',
    what: 'a list of protocols that is none',
    make: (t) => void (at(t, 'routes')['properties']['supportedProtocols'] = 'Https'),
    found: /is no list/,
  },
  {
    of: 'front-door',
    what: 'the same thing twice',
    make: (t) => void t.resources.push(at(t, 'routes')),
    found: /is there twice/,
  },
];

test.each(faults)('$what in a template is found', ({ of, make, found }) => {
  const template = structuredClone(templates[of]) as unknown as Template;
  make(template as never);

  expect(templateProblems(template).join('\n')).toMatch(found);
});

test('a Front Door costs once, is in the estimate, and not when it is there already', () => {
  const lines = (given: { readonly azureFrontDoor?: string }): readonly string[] =>
    planAzure({ ...spec, frontDoor: 'shared' }, { ...settings, ...given })
      .estimate.lines.filter(({ what }) => what.startsWith('Front Door'))
      .map(({ monthlyUsd }) => `${monthlyUsd} USD`);

  const own = '/subscriptions/sub/resourceGroups/g/providers/Microsoft.Cdn/profiles/p';
  expect(lines({})).toEqual(['35 USD']);
  for (const wrong of ['p', own.replace('/sub/', '/other/'), `${own}/afdEndpoints/e`]) {
    expect(() => lines({ azureFrontDoor: wrong })).toThrow(/names no profile/);
  }
  expect(lines({ azureFrontDoor: own })).toEqual([]);
});

test('sizes of another cloud, unknown ones and strange locations are refused', () => {
  const plan = (given: Partial<SiteSpec>) => () =>
    planAzure({ ...spec, type: 'dynamic', ...given }, settings);

  expect(plan({ size: 't3.micro' })).toThrow(/allowed: Standard_B1s, Standard_B2s/);
  expect(plan({ size: 'Standard_M416s_v2' })).toThrow(/allowed/);
  expect(plan({ region: 'East US' })).toThrow(/no location/);
  expect(plan({})().estimate.monthlyUsd).toBeCloseTo(13.67, 1);
});
