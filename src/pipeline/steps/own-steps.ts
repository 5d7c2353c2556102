import type { Clock } from '../../base/index.ts';
import type { Deployer, Provider } from '../../deploy/index.ts';
import type { Store } from '../../store/index.ts';
import {
  askForFix,
  createPlan,
  gatherRequirements,
  generateCode,
  writeTests,
} from '../agent-steps/index.ts';
import type { AgentDesk, Work } from '../tools.ts';
import { createSession } from './create-session.ts';
import { createUser } from './create-user.ts';
import { deploySite } from './deploy-site.ts';
import { checkHealthOf } from './health-check.ts';
import { photographSite } from './screenshot.ts';
import { testSite } from './test-site.ts';

/** What the steps that no agent does work with. */
export interface StepTools {
  readonly store: Store;
  readonly clock: Clock;
  readonly dataDir: string;
  readonly desk: AgentDesk;
  readonly deployer: (provider: Provider) => Promise<Deployer>;
  /** Undefined: there is none here. @throws {CodedError} `checks.no-browser`. */
  readonly findBrowser: () => Promise<string | undefined>;
}

/** What is done in each of the nine steps. */
export function pipelineWork(tools: StepTools): Work {
  return {
    steps: {
      create_user: createUser(tools),
      create_session: createSession,
      gather_requirements: gatherRequirements,
      create_plan: createPlan,
      generate_code: generateCode,
      deploy: deploySite(tools),
      health_check: checkHealthOf,
      screenshot: photographSite(tools),
      e2e_tests: testSite(tools, writeTests),
    },
    askForFix,
  };
}
