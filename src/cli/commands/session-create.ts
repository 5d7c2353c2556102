import { toSessionView } from '../../app/index.ts';
import { type Door, openForCommand } from '../door.ts';
import type { ExitCode } from '../exit-codes.ts';

export interface SessionCreateOptions {
  readonly name?: string;
  readonly agent?: string;
  readonly concurrency?: number;
  readonly maxTokens?: number;
  readonly maxCost?: number;
  readonly start?: boolean;
}

/** Make a session and print its id. */
export async function sessionCreate(
  door: Door,
  { name, agent, concurrency, maxTokens, maxCost, start = false }: SessionCreateOptions,
): Promise<ExitCode> {
  const { printer, interrupts } = door;
  await using app = await openForCommand(door);
  const budget = { maxTokens, maxCostUsd: maxCost };
  const wish = { name, agent, concurrency, budget };
  const session = await app.createSession(wish, interrupts.signal);
  if (printer.json) printer.value(toSessionView(session));
  else printer.lines([session.id]);
  printer.note(`Its files lie in ${session.dir}`);
  if (!start) return 0;
  await app.startSession(session.id, interrupts.signal);
  printer.note('Its main agent is ready.');
  return 0;
}
