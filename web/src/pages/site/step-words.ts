import type { ExecutionView, SiteStepName } from '../../../../src/contract/index.ts';

/** Steps as people read them. */
export const stepTitles: Readonly<Record<SiteStepName, string>> = {
  create_user: 'Create user',
  create_session: 'Create session',
  gather_requirements: 'Gather requirements',
  create_plan: 'Create plan',
  generate_code: 'Generate code',
  deploy: 'Deploy',
  health_check: 'Health check',
  screenshot: 'Screenshot',
  e2e_tests: 'End-to-end tests',
};

/** What each step is for. */
export const stepPurposes: Readonly<Record<SiteStepName, string>> = {
  create_user: 'Finds out whose site it is.',
  create_session: 'Makes the directory that holds everything of the site.',
  gather_requirements: 'The agent writes down what is wanted: requirements.json.',
  create_plan: 'The agent decides on pages and features: plan.json.',
  generate_code: 'The agent writes the site’s files.',
  deploy: 'Makes a release of the files and puts it on the web.',
  health_check: 'Asks the address until it answers as it should.',
  screenshot: 'Photographs the site on two screens.',
  e2e_tests: 'Walks through the site in a browser, by the plan and by rules for every site.',
};

export const executionTitles: Readonly<Record<ExecutionView['kind'], string>> = {
  create: 'Creation',
  redeploy: 'Redeployment',
  rollback: 'Rollback',
};
