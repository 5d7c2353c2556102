import type { StepName } from '../execution.ts';
import type { StepContext } from '../step-work.ts';
import { askAgent, keepAnswer } from './ask-agent.ts';
import { sourceIssues } from './generate-code.ts';
import { planSchema } from './plan-schema.ts';
import { workSchema } from './work-schema.ts';

/** A step that did not succeed, and why, one entry a problem. */
export interface StepFailure {
  readonly step: StepName;
  readonly problems: readonly string[];
}

/**
 * Have the agent mend the site's files after a step failed; resolves with what it says it did.
 * The execution's number of fix rounds names the request: one round is one request.
 *
 * @throws {CodedError} what `askAgent` throws; `site.bad-source` when the files are worse than before.
 */
export async function askForFix(
  ctx: StepContext,
  { step, problems }: StepFailure,
  signal: AbortSignal,
): Promise<string> {
  const plan = await ctx.resultOf('create_plan', planSchema);
  const key = `fix.${ctx.execution.fixRounds}`;
  const isDeployment = step === 'deploy' || step === 'health_check';
  const work = await askAgent(
    ctx,
    {
      task: 'fix',
      key,
      role: isDeployment ? 'deployer' : 'coder',
      order: `The step ${step} failed. Mend the site in the current directory so that it passes, then answer what you changed. Where nothing in the files can mend it, change nothing and say so.`,
      given: [
        { name: 'problems', text: problems.join('\n') },
        { name: 'plan.json', text: JSON.stringify(plan, undefined, 2) },
      ],
      schema: workSchema,
      // The person may have had pages of the plan taken away since.
      check: async (_answer, stop) => await sourceIssues(ctx, { ...plan, pages: [] }, stop),
      checkCode: 'site.bad-source',
    },
    signal,
  );
  await keepAnswer(ctx, `${key}.json`, work);
  return work.summary;
}
