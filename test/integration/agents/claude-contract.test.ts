import { realpath } from 'node:fs/promises';
import { afterAll, beforeAll, test } from 'vitest';
import { claudeAdapter } from '../../../src/agents/claude/claude-adapter.ts';
import { systemClock } from '../../../src/base/index.ts';
import { type Model, type ModelApi, openModelApi, readThenWrite } from '../../support/model-api.ts';
import {
  type ClaudeHome,
  findRealClaude,
  openClaudeHome,
  realVersions,
  skipReason,
} from '../../support/real-claude.ts';
import { agentContract } from './agent-contract.ts';

const program = findRealClaude(realVersions[0]);

const never = Promise.withResolvers<never>();
const models = {
  works: readThenWrite,
  slow: async (turn) => {
    await systemClock.after(300, new AbortController().signal);
    return readThenWrite(turn);
  },
  endless: async () => await never.promise,
} as const satisfies Readonly<Record<string, Model>>;
const behaviours = ['works', 'slow', 'endless'] as const;

const open = new AsyncDisposableStack();
const apis = new Map<string, ModelApi>();
let home: ClaudeHome | undefined;

if (program === undefined) {
  test('Claude Code keeps the contract of agents', ({ skip }) => skip(skipReason(realVersions[0])));
} else {
  beforeAll(async () => {
    // The dialog is tested elsewhere; here it would only take its time.
    home = open.use(await openClaudeHome([await realpath('/tmp')]));
    for (const name of behaviours) apis.set(name, open.use(await openModelApi(models[name])));
  });

  afterAll(async () => await open.disposeAsync());

  agentContract({
    adapter: claudeAdapter({ program, delivery: 'argv', clock: systemClock }),
    behaviours,
    // Each takes 250 MB.
    crowd: 3,
    more: async (behaviour) => ({
      environment: { ...home?.environment, ANTHROPIC_BASE_URL: apis.get(behaviour)?.url ?? '' },
    }),
    submits: async ({ exchange }) => {
      const prompts = [...apis.values()].flatMap((api) => api.prompts);
      return prompts.filter((prompt) => prompt === exchange.instruction).length;
    },
  });
}
