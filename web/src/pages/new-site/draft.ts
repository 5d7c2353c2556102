import { z } from 'zod';
import { providerNames, siteTypeNames } from '../../../../src/contract/index.ts';
import type { NewSite } from '../../api/sites-actions.ts';
import type { SitePlace } from '../../api/sites.ts';

const text = z.string().catch('');

/** The form as it is typed; empty is left out. */
const draftSchema = z.object({
  requirements: text,
  provider: z.enum(['', ...providerNames]).catch(''),
  type: z.enum(siteTypeNames).catch('static'),
  name: text,
  agent: text,
  region: text,
  size: text,
  frontDoor: z.enum(['', 'none', 'shared']).catch(''),
  /** Hours. */
  timeToLive: text,
  model: text,
  permission: z.enum(['', 'ask', 'allow', 'deny']).catch(''),
  tokens: text,
  cost: text,
  /** What it was sent as, and with which key: sent again as it is, it is made once. */
  sent: z.object({ text: z.string(), key: z.string() }).optional().catch(undefined),
});
export type Draft = z.infer<typeof draftSchema>;

const KEY = 'new-site';

export const emptyDraft: Draft = draftSchema.parse({});

/** What was typed and not sent; what cannot be read is as if nothing was. */
export function readDraft(): Draft {
  try {
    return draftSchema.parse(JSON.parse(localStorage.getItem(KEY) ?? '{}'));
  } catch {
    return emptyDraft;
  }
}

export function keepDraft(draft: Draft): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(draft));
  } catch {
    // A full or forbidden store costs the draft, never the site.
  }
}

export function forgetDraft(): void {
  localStorage.removeItem(KEY);
}

/** What decides on the cost. Fields that the chosen provider and type do not show count nothing. */
export function toPlace(draft: Draft): SitePlace {
  const { provider, type, region, size, frontDoor } = draft;
  const shown = shownFields(draft);
  return {
    type,
    ...(provider === '' ? {} : { provider }),
    ...(shown.region && region.trim() !== '' ? { region: region.trim() } : {}),
    ...(shown.size && size.trim() !== '' ? { size: size.trim() } : {}),
    ...(shown.frontDoor && frontDoor !== '' ? { front_door: frontDoor } : {}),
  };
}

/** Which fields matter; @param provider the one that is meant, where none was chosen. */
export function shownFields({ provider, type }: Pick<Draft, 'provider' | 'type'>): {
  readonly region: boolean;
  readonly size: boolean;
  readonly frontDoor: boolean;
} {
  const isCloud = provider === 'aws' || provider === 'azure';
  return {
    region: isCloud,
    size: isCloud && type === 'dynamic',
    frontDoor: provider === 'azure' && type === 'static',
  };
}

/** @param confirmedUsd the sum that the person confirmed. */
export function toBody(draft: Draft, confirmedUsd: number | undefined): NewSite {
  const { requirements, permission } = draft;
  return {
    ...toPlace(draft),
    requirements: requirements.trim(),
    ...words('name', draft.name),
    ...words('agent', draft.agent),
    ...words('model', draft.model),
    ...(permission === '' ? {} : { permission }),
    ...number('time_to_live_h', draft.timeToLive),
    ...number('max_tokens', draft.tokens),
    ...number('max_cost_usd', draft.cost),
    ...(confirmedUsd === undefined ? {} : { confirmed_monthly_usd: confirmedUsd }),
  };
}

/** The draft with the key that this body is sent by: a new one for a body that is new. */
export function withKey(draft: Draft, body: NewSite, newKey: () => string): Draft & Sent {
  const text = JSON.stringify(body);
  const sent = draft.sent?.text === text ? draft.sent : { text, key: newKey() };
  return { ...draft, sent };
}

interface Sent {
  readonly sent: { readonly text: string; readonly key: string };
}

function words<K extends string>(key: K, value: string): { readonly [P in K]?: string } {
  return value.trim() === '' ? {} : ({ [key]: value.trim() } as { [P in K]: string });
}

function number<K extends string>(key: K, value: string): { readonly [P in K]?: number } {
  const read = Number(value);
  if (value.trim() === '' || !Number.isFinite(read)) return {};
  return { [key]: read } as { [P in K]: number };
}
