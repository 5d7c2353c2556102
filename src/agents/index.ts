export type {
  Agent,
  AgentAddress,
  AgentExit,
  AgentInstallation,
  AgentMode,
  AgentOutcome,
  AgentRequest,
  Agents,
  AgentState,
  AgentStep,
  Answer,
  Decision,
  Dialog,
  Evidence,
  EvidenceSource,
  Exchange,
  Explanation,
  Failure,
  PermissionPolicy,
  PermissionRule,
  Ranked,
  Receipt,
  Tokens,
  ToolUse,
  Usage,
} from './agent.ts';
export type { Adapter } from './adapter.ts';
export {
  AgentBlockedError,
  AgentExitedError,
  AgentLostError,
  AgentNotFoundError,
  AgentSurvivesError,
  CommandWithoutOutputError,
  ComposerNotEmptyError,
  describeExit,
  NotDeliveredError,
  StartTimeoutError,
  UnknownAgentError,
} from './errors.ts';
export { parseRule } from './policy.ts';
export { findRuns } from './clear.ts';
export { loadEngine } from './load-engine.ts';
export { eventsLink } from './hook-spool.ts';
export { findRecorder } from './recorder.ts';
export { LONGEST_RESET_MS } from './reset-time.ts';
export { EXIT_FILE, findExit } from './runner.ts';
export { sumOfAll, tokensOf } from './tokens.ts';
