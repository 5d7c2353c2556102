import { toSessionView } from '../../app/index.ts';
import { type Door, openForCommand } from '../door.ts';
import { UsageError } from '../errors.ts';
import type { ExitCode } from '../exit-codes.ts';
import type { Limit } from '../options.ts';

export interface SessionSetOptions {
  readonly maxTokens?: Limit;
  readonly maxCost?: Limit;
}

/** Change what all jobs of a session together may use; what is not given stays. */
export async function sessionSet(
  door: Door,
  reference: string,
  { maxTokens, maxCost }: SessionSetOptions,
): Promise<ExitCode> {
  const { printer, interrupts } = door;
  if (maxTokens === undefined && maxCost === undefined) {
    throw new UsageError('Nothing is to be set.', 'Give --max-tokens or --max-cost');
  }
  await using app = await openForCommand(door);
  const change = { maxTokens: limitOf(maxTokens), maxCostUsd: limitOf(maxCost) };
  const session = await app.setSessionBudget(reference, change, interrupts.signal);
  if (printer.json) printer.value(toSessionView(session));
  else printer.lines([session.id]);
  return 0;
}

function limitOf(wanted: Limit | undefined): number | null | undefined {
  return wanted === 'none' ? null : wanted;
}
