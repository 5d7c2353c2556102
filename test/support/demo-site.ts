import { doWork } from '../../src/demo-agent/do-work.ts';
import type { SiteTest } from '../../src/checks/index.ts';
import {
  createPlan,
  gatherRequirements,
  generateCode,
  writeTests,
} from '../../src/pipeline/agent-steps/index.ts';
import { openSiteSteps, type SiteSteps } from './site-steps.ts';

export type SiteType = 'static' | 'dynamic';

const never = new AbortController().signal;

/** The agent's steps with the demo agent's work, without its terminal. */
export async function openDemo(requirements: string, type: SiteType): Promise<SiteSteps> {
  return await openSiteSteps({
    requirements,
    type,
    answer: async ({ prompt }, source) => await doWork(prompt, source),
  });
}

/** Have the agent do steps 3 to 5, and write the tests of step 9. */
export async function walk({ context, results }: SiteSteps): Promise<readonly SiteTest[]> {
  const steps = {
    gather_requirements: gatherRequirements,
    create_plan: createPlan,
    generate_code: generateCode,
  } as const;
  for (const name of ['gather_requirements', 'create_plan', 'generate_code'] as const) {
    results.set(name, (await steps[name](context(name), never)).result);
  }
  return await writeTests(context('e2e_tests'), never);
}
