export { askForFix } from './ask-for-fix.ts';
export { createPlan } from './create-plan.ts';
export { gatherRequirements } from './gather-requirements.ts';
export { generateCode } from './generate-code.ts';
export { type Plan, planSchema } from './plan-schema.ts';
export { type ListedRole, listRoles, roleDirsOf } from '../roles.ts';
export { writeTests } from './write-tests.ts';
