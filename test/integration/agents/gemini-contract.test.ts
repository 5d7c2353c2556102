import { afterAll, beforeAll, test } from 'vitest';
import { geminiAdapter } from '../../../src/agents/gemini/gemini-adapter.ts';
import { systemClock } from '../../../src/base/index.ts';
import {
  type GeminiApi,
  type GeminiModel,
  openGeminiApi,
  readThenWriteFile,
} from '../../support/gemini-api.ts';
import {
  findRealGemini,
  type GeminiHome,
  geminiSkipReason,
  openGeminiHome,
} from '../../support/real-gemini.ts';
import { agentContract } from './agent-contract.ts';

const program = findRealGemini();

const never = Promise.withResolvers<never>();
const models = {
  works: readThenWriteFile,
  slow: async (turn) => {
    await systemClock.after(300, new AbortController().signal);
    return readThenWriteFile(turn);
  },
  endless: async () => await never.promise,
} as const satisfies Readonly<Record<string, GeminiModel>>;
const behaviours = ['works', 'slow', 'endless'] as const;

const open = new AsyncDisposableStack();
const apis = new Map<string, GeminiApi>();
let home: GeminiHome | undefined;

if (program === undefined) {
  test('Gemini CLI keeps the contract of agents', ({ skip }) => skip(geminiSkipReason));
} else {
  beforeAll(async () => {
    home = open.use(await openGeminiHome());
    for (const name of behaviours) apis.set(name, open.use(await openGeminiApi(models[name])));
  });

  afterAll(async () => await open.disposeAsync());

  agentContract({
    adapter: geminiAdapter({ program, clock: systemClock }),
    behaviours,
    // Each takes 480 MB, and both cores for a second to start.
    crowd: 3,
    limitMs: 40_000,
    more: async (behaviour) => ({
      environment: {
        ...home?.environment,
        GOOGLE_GEMINI_BASE_URL: apis.get(behaviour)?.url ?? '',
      },
    }),
    submits: async ({ exchange }) => {
      const prompts = [...apis.values()].flatMap((api) => api.prompts);
      return prompts.filter((prompt) => prompt === exchange.instruction).length;
    },
  });
}
