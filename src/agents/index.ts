export type {
  Agent,
  AgentAddress,
  AgentExit,
  AgentInstallation,
  AgentOutcome,
  AgentRequest,
  Agents,
  AgentState,
  Dialog,
  Evidence,
  EvidenceSource,
  Exchange,
  Receipt,
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
export { claudeAdapter } from './claude/claude-adapter.ts';
export { commandAdapter } from './command/command-adapter.ts';
export { demoAdapter } from './demo/demo-adapter.ts';
export { type AgentsOptions, openAgents } from './open-agents.ts';
