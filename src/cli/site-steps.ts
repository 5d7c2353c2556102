/** The steps of an execution in their order; the contract has the same. Loaded with every command. */
export const siteSteps = [
  'create_user',
  'create_session',
  'gather_requirements',
  'create_plan',
  'generate_code',
  'deploy',
  'health_check',
  'screenshot',
  'e2e_tests',
] as const;

/** `6/9 deploy`. */
export function stepLabel(step: string): string {
  const place = siteSteps.findIndex((one) => one === step) + 1;
  return `${place}/${siteSteps.length} ${step}`;
}
