import type { Scenario } from './scenario.ts';

/** An agent that behaves. Apart from the schema, because loading zod would slow every start. */
export const plainScenario: Scenario = {
  startDelayMs: 0,
  workDelayMs: 0,
  pasteGuardMs: 0,
  trust: false,
  permission: false,
  question: false,
  ignore: [],
  fork: false,
  output: 'good',
  stop: true,
  hang: false,
  silent: false,
  forget: false,
  putBack: false,
  stubborn: false,
  askOnPaste: false,
  tokens: 0,
  flood: 0,
  garbage: false,
};
