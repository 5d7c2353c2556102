import { afterAll, beforeAll, test } from 'vitest';
import { codexAdapter } from '../../../src/agents/codex/codex-adapter.ts';
import { systemClock } from '../../../src/base/index.ts';
import {
  type CodexHome,
  codexSkipReason,
  findRealCodex,
  openCodexHome,
} from '../../support/real-codex.ts';
import {
  openResponsesApi,
  readThenWriteByShell,
  type ResponsesApi,
  type ResponsesModel,
} from '../../support/responses-api.ts';
import { agentContract } from './agent-contract.ts';

const program = findRealCodex();

const never = Promise.withResolvers<never>();
const models = {
  works: readThenWriteByShell,
  slow: async (turn) => {
    await systemClock.after(300, new AbortController().signal);
    return readThenWriteByShell(turn);
  },
  endless: async () => await never.promise,
} as const satisfies Readonly<Record<string, ResponsesModel>>;
const behaviours = ['works', 'slow', 'endless'] as const;

const open = new AsyncDisposableStack();
const apis = new Map<string, ResponsesApi>();
const homes = new Map<string, CodexHome>();

if (program === undefined) {
  test('Codex keeps the contract of agents', ({ skip }) => skip(codexSkipReason));
} else {
  beforeAll(async () => {
    for (const name of behaviours) {
      const api = open.use(await openResponsesApi(models[name]));
      apis.set(name, api);
      homes.set(name, open.use(await openCodexHome(api.url)));
    }
  });

  afterAll(async () => await open.disposeAsync());

  agentContract({
    adapter: codexAdapter({ program, clock: systemClock }),
    behaviours,
    // Each takes 200 MB.
    crowd: 3,
    more: async (behaviour) => ({ environment: homes.get(behaviour)?.environment ?? {} }),
    submits: async ({ exchange }) => {
      const prompts = [...apis.values()].flatMap((api) => api.prompts);
      return prompts.filter((prompt) => prompt === exchange.instruction).length;
    },
  });
}
