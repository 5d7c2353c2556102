import { z } from 'zod';
import { type SiteTest, siteTestsSchema } from '../../checks/index.ts';
import type { StepContext } from '../step-work.ts';
import { askAgent, keepAnswer } from './ask-agent.ts';
import { planSchema } from './plan-schema.ts';

const answerSchema = z.strictObject({ tests: siteTestsSchema });

/**
 * Have the agent write the site's end-to-end tests, as data, from the plan. They are left in the
 * step's directory as `tests.json`.
 *
 * @throws {CodedError} what `askAgent` throws.
 */
export async function writeTests(
  ctx: StepContext,
  signal: AbortSignal,
): Promise<readonly SiteTest[]> {
  const plan = await ctx.resultOf('create_plan', planSchema);
  const { tests } = await askAgent(
    ctx,
    {
      task: 'tests',
      key: 'tests',
      role: 'tester',
      order:
        'Write the tests of the site whose files lie in the current directory. Where it was changed after the plan, at the wish of the person, test what it is now.',
      given: [{ name: 'plan.json', text: JSON.stringify(plan, undefined, 2) }],
      schema: answerSchema,
      check: async (answer) =>
        answer.tests.length > 0 ? [] : [{ place: 'tests', message: 'there is none' }],
    },
    signal,
  );
  await keepAnswer(ctx, 'tests.json', tests);
  return tests;
}
