import type { App, NewSite } from '../../app/index.ts';
import { sitePerson } from '../../contract/index.ts';
import { agrees, canAsk } from '../confirm.ts';
import { type Door, openForCommand } from '../door.ts';
import { UsageError } from '../errors.ts';
import { executeSite } from '../execute-site.ts';
import type { ExitCode } from '../exit-codes.ts';
import { readPrompt } from '../read-prompt.ts';
import { estimateLines, formatUsd } from '../show-site.ts';
import { tellOfDemo } from './run.ts';

/** Where a site goes; commander's names. */
export interface PlaceOptions {
  readonly provider?: 'local' | 'aws' | 'azure';
  readonly type?: 'static' | 'dynamic';
  readonly region?: string;
  readonly size?: string;
  readonly frontDoor?: 'none' | 'shared';
}

export interface SiteCreateOptions extends PlaceOptions {
  /** The argument; `-` reads stdin. */
  readonly requirements?: string;
  readonly file?: string;
  readonly name?: string;
  readonly agent?: string;
  readonly model?: string;
  readonly permission?: 'ask' | 'allow' | 'deny';
  /** In ms. */
  readonly ttl?: number;
  readonly maxTokens?: number;
  readonly maxCost?: number;
  readonly confirmCost?: number;
  readonly yes?: boolean;
  readonly email?: string;
  readonly phone?: string;
  readonly detach?: boolean;
}

const HOUR_MS = 3_600_000;

/** Begin a site and, unless detached, do all its steps here. */
export async function siteCreate(door: Door, options: SiteCreateOptions): Promise<ExitCode> {
  const { printer, interrupts } = door;
  const { email, phone, detach = false } = options;
  requirePerson(options);
  const wish = await toWish(options);
  await using app = await openForCommand(door);
  // First, so that a machine without tmux is not left with a site that cannot begin.
  if (!detach) await app.requireMachine(interrupts.signal);
  const confirmed = await confirmCost(door, app, options);
  if (confirmed === 'refused') {
    printer.note('Nothing was made.');
    return 5;
  }
  if (options.agent === undefined) await tellOfDemo(door, app);
  const data = { ...toPlace(options), ...(email !== undefined && { email }) };
  await app.accounts.record(undefined, { action: 'site.create', data }, interrupts.signal);
  const priced = { ...wish, confirmed_monthly_usd: confirmed };
  const started =
    email === undefined
      ? (await app.sites.create(priced, interrupts.signal)).execution
      : await app.sites.createForPerson({ ...priced, email, phone }, interrupts.signal);
  printer.note(`Site ${started.session_id}, execution ${started.execution_id}`);
  if (!detach) return await executeSite(door, app, started);
  const site = await app.sites.get(started.session_id, interrupts.signal);
  if (printer.json) printer.value(site);
  else printer.lines([site.session_id]);
  const here = `tmux-builder site resume ${site.session_id}`;
  printer.note(`"serve" or "worker" does it, and so does: ${here}`);
  return 0;
}

/** The same that the API takes: whom nobody can reach is made no user. */
function requirePerson({ email, phone }: SiteCreateOptions): void {
  if (email === undefined && phone === undefined) return;
  if (email === undefined) {
    throw new UsageError('A telephone number belongs to a person.', 'Give --email as well');
  }
  const { error } = sitePerson.safeParse({ email, phone });
  if (error === undefined) return;
  const isPhone = error.issues.some(({ path }) => path[0] === 'phone');
  throw isPhone
    ? new UsageError(`"${phone}" is no telephone number.`, 'Write it like +43 316 123')
    : new UsageError(`"${email}" is no e-mail address.`, 'Write it like ann@example.com');
}

async function toWish(options: SiteCreateOptions): Promise<NewSite> {
  const { ttl, maxTokens, maxCost, name, agent, model, permission } = options;
  return {
    ...toPlace(options),
    requirements: await readRequirements(options),
    name,
    agent,
    model,
    permission,
    max_tokens: maxTokens,
    max_cost_usd: maxCost,
    time_to_live_h: ttl === undefined ? undefined : ttl / HOUR_MS,
  };
}

export function toPlace({ provider, type, region, size, frontDoor }: PlaceOptions) {
  return { provider, type, region, size, front_door: frontDoor };
}

async function readRequirements({ requirements, file }: SiteCreateOptions): Promise<string> {
  if (requirements !== undefined && file !== undefined) {
    throw new UsageError(
      'The requirements were given twice.',
      'Give them as the argument, or by --file, or through a pipe',
    );
  }
  const sources = { argument: requirements, prompt: undefined, promptFile: file };
  const read = await readPrompt({ ...sources, isOptional: false }, process.stdin);
  if (typeof read === 'string') return read;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(read);
  } catch {
    throw new UsageError('The requirements are not UTF-8 text.', 'Save them as UTF-8');
  }
}

/** What was agreed to, in US dollars a month; undefined where nobody was asked. */
async function confirmCost(
  { printer, interrupts }: Door,
  app: App,
  { confirmCost: given, yes = false, ...options }: SiteCreateOptions,
): Promise<number | undefined | 'refused'> {
  if (given !== undefined) return given;
  const estimate = await app.sites.estimate(toPlace(options), interrupts.signal);
  if (!estimate.must_be_confirmed) return undefined;
  for (const line of estimateLines({ printer, estimate })) printer.note(line);
  const { monthly_usd: usd } = estimate.cost;
  if (yes) return usd;
  // Unasked, it is refused by the use case, which says what to give.
  if (!canAsk()) return undefined;
  const question = `Make it, for about ${formatUsd(usd)} a month?`;
  return (await agrees(question, interrupts.signal)) ? usd : 'refused';
}
