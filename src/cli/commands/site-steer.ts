import type { App } from '../../app/index.ts';
import { type ExecutionView, type SiteStepName, siteStepNames } from '../../contract/index.ts';
import { type Door, openForCommand } from '../door.ts';
import { UsageError } from '../errors.ts';
import type { ExitCode } from '../exit-codes.ts';
import type { StepWish } from '../site-changes.ts';
import { begin, type DetachOptions } from './site-run.ts';

interface Steered {
  readonly wish: StepWish;
  readonly reference: string;
  /** Left out: the one that failed, or comes next. */
  readonly step: string | undefined;
}

/** Retry a step, skip it, or begin again from it; then go on here. */
export async function siteSteer(
  door: Door,
  { wish, reference, step: named }: Steered,
  options: DetachOptions,
): Promise<ExitCode> {
  const { signal } = door.interrupts;
  if (named !== undefined) requireStep(named);
  await using app = await openForCommand(door);
  const { execution_id: id, current_step: next } = await app.sites.execution(reference, signal);
  const step = requireStep(named ?? next ?? '');
  const entry = { action: `execution.step-${wish}`, subject: id, data: { step } };
  await app.accounts.record(undefined, entry, signal);
  return await begin(door, app, await steer(app, { wish, id, step }, signal), options);
}

async function steer(
  { sites }: App,
  { wish, id, step }: { readonly wish: StepWish; readonly id: string; readonly step: SiteStepName },
  signal: AbortSignal,
): Promise<ExecutionView> {
  switch (wish) {
    case 'retry':
      return await sites.retryStep(id, step, signal);
    case 'skip':
      return await sites.skipStep(id, step, signal);
    case 'rerun':
      return await sites.rerunFrom(id, step, signal);
    default:
      return wish satisfies never;
  }
}

function requireStep(name: string): SiteStepName {
  const step = siteStepNames.find((one) => one === name);
  if (step !== undefined) return step;
  if (name === '') {
    throw new UsageError('Every step is done.', 'Name one to do again, with "site rerun"');
  }
  throw new UsageError(`There is no step "${name}".`, `Use one of: ${siteStepNames.join(', ')}`);
}
