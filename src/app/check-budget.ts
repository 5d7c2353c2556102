import { CodedError } from '../base/index.ts';
import type { Budget, BudgetChange } from '../sessions/index.ts';
import type { AppContext } from './context.ts';

/**
 * The budget of a job: what was asked for, else what the configuration says.
 *
 * @throws {CodedError} `job.bad-number`; `job.budget-impossible` when one was asked for and the
 * agent does not tell what it uses. The configuration's is then not held.
 */
export async function checkBudget(
  { agents, config }: AppContext,
  input: BudgetChange,
  agent: string,
  signal: AbortSignal,
): Promise<Budget> {
  const asked = checkNumbers(input);
  if (asked.maxTokens !== undefined || asked.maxCostUsd !== undefined) {
    const { tellsUsage } = await agents.detect(agent, signal);
    if (tellsUsage !== true) {
      throw new CodedError(
        'job.budget-impossible',
        `The agent ${agent} does not tell what it uses, so that no budget can be held.`,
        { facts: { agent }, todo: 'Leave the budget out, and limit the time: --time-limit' },
      );
    }
  }
  return {
    maxTokens: asked.maxTokens ?? config.maxTokens,
    maxCostUsd: asked.maxCostUsd ?? config.maxCostUsd,
  };
}

/** @throws {CodedError} `job.bad-number` */
export function checkNumbers(input: BudgetChange): Budget {
  const maxTokens = input.maxTokens ?? undefined;
  const maxCostUsd = input.maxCostUsd ?? undefined;
  const isCount = maxTokens === undefined || (Number.isSafeInteger(maxTokens) && maxTokens > 0);
  // Costs are kept in millionths of a dollar.
  const isCost = maxCostUsd === undefined || (maxCostUsd >= 0.000_001 && maxCostUsd <= 1e9);
  if (isCount && isCost) return { maxTokens, maxCostUsd };
  const [name, value, allowed] = isCount
    ? ['cost budget', maxCostUsd, 'an amount of US dollars above 0']
    : ['token budget', maxTokens, 'a whole number from 1 on'];
  throw new CodedError('job.bad-number', `The ${name} ${value} is not ${allowed}.`, {
    facts: { name, value },
    todo: `Give ${allowed}`,
  });
}
