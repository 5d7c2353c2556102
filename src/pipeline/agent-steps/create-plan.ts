import type { StepWork } from '../step-work.ts';
import { askAgent, keepAnswer } from './ask-agent.ts';
import { givenRequest } from './prompt.ts';
import { counted } from './counted.ts';
import { planSchema } from './plan-schema.ts';
import { requirementsSchema } from './requirements-schema.ts';

/** Step 4: have the agent plan the site. Leaves and results in `plan.json`. */
export const createPlan: StepWork = async (ctx, signal) => {
  const requirements = await ctx.resultOf('gather_requirements', requirementsSchema);
  const siteType = ctx.site.spec.type;
  const plan = await askAgent(
    ctx,
    {
      task: 'plan',
      key: 'plan',
      role: 'planner',
      order: `Plan the site. Its \`site_type\` is "${siteType}": the person chose it.`,
      given: [
        givenRequest(ctx.site.requirements),
        { name: 'requirements.json', text: JSON.stringify(requirements, undefined, 2) },
      ],
      schema: planSchema,
      check: async ({ site_type }) =>
        site_type === siteType ? [] : [{ place: 'site_type', message: `must be "${siteType}"` }],
    },
    signal,
  );
  const artefact = await keepAnswer(ctx, 'plan.json', plan);
  const paths = plan.pages.map(({ path }) => path).join(' ');
  return {
    summary: `${counted(plan.pages.length, 'page')}: ${paths}`.slice(0, 300),
    artefacts: [artefact],
    result: plan,
  };
};
