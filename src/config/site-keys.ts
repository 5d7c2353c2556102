import { z } from 'zod';
import { type About, directory, name, path, word } from './key-parts.ts';

/** Keys of sites: where they go, what they may cost, how they are checked. */
export const siteSchema = {
  browserPath: path.optional(),
  siteProvider: z.enum(['local', 'aws', 'azure']).default('local'),
  siteFixRounds: z.int().min(0).max(20).default(2),
  siteTimeToLiveH: z.int().min(1).max(87_600).optional(),
  siteUserMonthlyUsd: z.number().min(0).max(1e6).default(50),
  siteConfirmUsd: z.number().min(0).max(1e6).default(0),
  siteSizes: z
    .array(z.string().regex(/^[\w.-]{1,60}$/))
    .max(100)
    .readonly()
    .default(['t3.micro', 't3.small', 'Standard_B1s', 'Standard_B2s']),
  siteFirstPort: z.int().min(1_024).max(64_000).default(8_100),
  awsProfile: name.optional(),
  awsRegion: z
    .string()
    .regex(/^[a-z]{2}(?:-[a-z]+)+-\d$/)
    .default('us-east-1'),
  azureSubscription: z.uuid().optional(),
  azureLocation: z
    .string()
    .regex(/^[a-z0-9]{2,40}$/)
    .default('eastus'),
  azureFrontDoor: path.optional(),
  azureResourceManager: z
    .string()
    .regex(/^https:\/\/[\w.-]+(?::\d{1,5})?$/)
    .default('https://management.azure.com'),
};

export const aboutSites = {
  browserPath: {
    kind: 'text',
    allowed: directory,
    text: 'Chromium or Chrome that checks sites; unset looks for one on PATH.',
  },
  siteProvider: {
    kind: 'word',
    allowed: 'local, aws, azure',
    text: 'Where a site goes that names no provider.',
  },
  siteFixRounds: {
    kind: 'number',
    allowed: 'a whole number from 0 to 20',
    text: 'How often a failed check of a site is given back to its agent.',
  },
  siteTimeToLiveH: {
    kind: 'number',
    allowed: 'hours from 1 to 87600',
    text: 'Hours after which a site is destroyed that sets none; unset keeps it.',
  },
  siteUserMonthlyUsd: {
    kind: 'decimal',
    allowed: 'US dollars from 0 to 1000000',
    text: 'What the live sites of one user may cost together a month, by estimate.',
  },
  siteConfirmUsd: {
    kind: 'decimal',
    allowed: 'US dollars from 0 to 1000000',
    text: 'Estimate a month above which the cost of a site must be confirmed.',
  },
  siteSizes: {
    kind: 'list',
    allowed: 'a list of sizes such as t3.micro',
    text: 'Machines that dynamic sites may have in a cloud.',
  },
  siteFirstPort: {
    kind: 'number',
    allowed: 'a port from 1024 to 64000',
    text: 'Port of the first local site; the next ones get the free ports after it.',
  },
  awsProfile: {
    kind: 'text',
    allowed: word,
    text: 'Profile of the AWS configuration; unset leaves it to the standard chain.',
  },
  awsRegion: {
    kind: 'text',
    allowed: 'a region such as us-east-1',
    text: 'AWS region of sites that name none.',
  },
  azureSubscription: {
    kind: 'text',
    allowed: 'a UUID',
    text: 'Azure subscription that sites are made in.',
  },
  azureLocation: {
    kind: 'text',
    allowed: 'a location such as eastus',
    text: 'Azure location of sites that name none.',
  },
  azureFrontDoor: {
    kind: 'text',
    allowed: 'the resource id of a Front Door profile',
    text: 'Profile that sites with a shared Front Door use; unset makes one for all of them.',
  },
  azureResourceManager: {
    kind: 'text',
    allowed: 'an https origin',
    text: 'Address of the Azure Resource Manager, which other clouds of Azure have their own of.',
  },
} as const satisfies Readonly<Record<keyof typeof siteSchema, About>>;
