import { join } from 'node:path';
import type { StepContext, StepWork } from '../step-work.ts';
import { askAgent, keepAnswer } from './ask-agent.ts';
import { givenRequest } from './prompt.ts';
import { checkSource } from './check-source.ts';
import { counted } from './counted.ts';
import { type Plan, planSchema } from './plan-schema.ts';
import type { Issue } from './read-answer.ts';
import { requirementsSchema } from './requirements-schema.ts';
import { workSchema } from './work-schema.ts';

/** Step 5: have the agent write the site into the session's `source/`, and look at what is there. */
export const generateCode: StepWork = async (ctx, signal) => {
  const plan = await ctx.resultOf('create_plan', planSchema);
  const requirements = await ctx.resultOf('gather_requirements', requirementsSchema);
  const work = await askAgent(
    ctx,
    {
      task: 'code',
      key: 'code',
      role: 'coder',
      order: 'Write the site into the current directory, then answer what you made.',
      given: [
        givenRequest(ctx.site.requirements),
        { name: 'requirements.json', text: JSON.stringify(requirements, undefined, 2) },
        { name: 'plan.json', text: JSON.stringify(plan, undefined, 2) },
      ],
      schema: workSchema,
      check: async (_answer, stop) => await sourceIssues(ctx, plan, stop),
      checkCode: 'site.bad-source',
    },
    signal,
  );
  const { files, bytes } = await checkSource(sourceOf(ctx), plan, signal);
  return {
    summary: `${counted(files, 'file')}, ${counted(bytes, 'byte')}: ${work.summary}`.slice(0, 300),
    artefacts: [await keepAnswer(ctx, 'work.json', work)],
    result: { publish_dir: plan.publish_dir, files, bytes },
  };
};

/** What is wrong with the files of the site, the pages of its plan included. */
export async function sourceIssues(
  ctx: StepContext,
  plan: Plan,
  signal: AbortSignal,
): Promise<readonly Issue[]> {
  return (await checkSource(sourceOf(ctx), plan, signal)).issues;
}

function sourceOf({ session }: StepContext): string {
  return join(session.dir, 'source');
}
