import type { Adapter, ModelUsage } from './adapter.ts';
import type { AgentRequest, Usage, UsedModel } from './agent.ts';
import { listEvents } from './hook-spool.ts';
import { costOf, type Prices } from './prices.ts';
import { sumOfAll, tokensOf } from './tokens.ts';

export interface UsageSource {
  readonly adapter: Adapter;
  readonly request: AgentRequest;
  readonly prices: Prices;
}

/** Add up what an agent used in its exchange; undefined where its CLI does not say. */
export async function readUsage(
  { adapter, request, prices }: UsageSource,
  signal: AbortSignal,
): Promise<Usage | undefined> {
  if (adapter.usage === undefined) return undefined;
  const events = await listEvents(request.exchange.eventsDir);
  const used = await adapter.usage(request, events, signal);
  return used && addUp(used, prices);
}

/** Sum the tokens, and what they cost, for each model and for all of them. */
export function addUp(used: readonly ModelUsage[], prices: Prices): Usage {
  // An error that the CLI shows as a message of its own has no tokens, and a model of no name.
  const real = used.filter((one) => Object.values(tokensOf([one])).some((count) => count > 0));
  const byModel = Map.groupBy(real, ({ model }) => model);
  const models: readonly UsedModel[] = Array.from(byModel, ([model, requests]) => ({
    model,
    ...tokensOf(requests),
    costUsd: sumOfAll(requests.map((request) => costOf(request, prices))),
  }));
  const costUsd = sumOfAll(models.map((one) => one.costUsd));
  return { ...tokensOf(real), costUsd, models };
}
